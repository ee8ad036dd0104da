import { connect, createServer, type Socket } from 'node:net';
import { freeAddresses, portOf } from '#local/ports.ts';

/** Which way bytes are held: requests on their way in, or answers on their way back. */
export type Direction = 'requests' | 'answers';

/**
 * A TCP proxy that a test can close: what is held has not happened (`requests`), or has happened and nobody
 * knows (`answers`). It knows no protocol, so it stands before gRPC servers as well.
 */
export interface TcpGate {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Holds bytes from now on, also on connections that are open. */
  hold(direction: Direction): void;
  /** Lets new bytes through again; what is held stays held, and so does what follows it on its connection. */
  pass(): void;
  /** Lets everything through again, what was held first. */
  release(): void;
  /** Breaks every connection; what was held is gone. Then the gate is open. */
  cut(): void;
  /** Bytes that are held now. */
  held(): number;
  close(): Promise<void>;
}

/** @param target `host:port`. */
export async function tcpGate(target: string): Promise<TcpGate> {
  const [address = ''] = await freeAddresses(1);
  const [host = '', port = ''] = target.split(':');
  const pairs = new Set<Pair>();
  let closed: Direction | null = null;
  const server = createServer((client) => {
    const upstream = connect({ host, port: Number(port) });
    const pair: Pair = {
      client,
      upstream,
      requests: flow(client, upstream, () => closed === 'requests'),
      answers: flow(upstream, client, () => closed === 'answers'),
    };
    pairs.add(pair);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy()); // a broken connection is broken on both sides
      one.on('close', () => {
        other.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(portOf(address), '127.0.0.1', resolve));
  return {
    address,
    hold: (direction) => {
      closed = direction;
    },
    pass: () => {
      closed = null;
    },
    release: () => {
      closed = null;
      for (const { requests, answers } of pairs) for (const way of [requests, answers]) way.flush();
    },
    cut: () => {
      closed = null;
      for (const { client, upstream } of pairs) for (const socket of [client, upstream]) socket.destroy();
    },
    held: () => [...pairs].reduce((sum, { requests, answers }) => sum + requests.held() + answers.held(), 0),
    close: async () => {
      for (const { client, upstream } of pairs) for (const socket of [client, upstream]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly requests: Flow;
  readonly answers: Flow;
}

interface Flow {
  flush(): void;
  held(): number;
}

function flow(from: Socket, to: Socket, isHeld: () => boolean): Flow {
  let kept: Buffer[] = [];
  from.on('data', (bytes) => {
    if (isHeld() || kept.length > 0) kept.push(bytes);
    else to.write(bytes);
  });
  return {
    flush: () => {
      for (const bytes of kept) to.write(bytes);
      kept = [];
    },
    held: () => kept.reduce((sum, bytes) => sum + bytes.length, 0),
  };
}
