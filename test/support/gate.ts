import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.ts';

/** A way to a server that can be shut: connections end, and new ones end at once, as where it is away. */
export interface Gate {
  /** The gate's own `host:port`. */
  readonly address: string;
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

/** An open gate to `host:port`. */
export async function gateTo(target: string): Promise<Gate> {
  const [host = '', port] = target.split(':');
  const inside = new Set<Socket>();
  let isOpen = true;
  const server = createServer((outer) => {
    if (!isOpen) return void outer.destroy();
    const inner = connect({ host, port: Number(port) });
    inside.add(outer);
    for (const [socket, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      socket.pipe(other);
      socket.once('error', () => other.destroy());
      socket.once('close', () => {
        other.destroy();
        inside.delete(outer);
      });
    }
  });
  const { address, close } = await listen(server);
  return {
    address,
    shut: () => {
      isOpen = false;
      for (const socket of inside) socket.destroy();
    },
    open: () => {
      isOpen = true;
    },
    close,
  };
}
