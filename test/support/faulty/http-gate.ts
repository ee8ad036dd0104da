import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeAddresses, portOf } from '#local/ports.ts';

/** What a gate sees of a request before it decides. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

/**
 * What becomes of a request. `lost` and `late` are answered in the server's place; a late one goes on `after`
 * that, again and again until the server takes it, as somebody would who had only been slow.
 */
export type Fate =
  | { readonly kind: 'pass'; readonly copies?: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'late'; readonly after: Promise<unknown> };

/** Decides about one request, as late as it likes. */
export type Decide = (seen: Seen) => Promise<Fate> | Fate;

/**
 * An HTTP/1.1 proxy that a test stands before a server, to hold, double or lose requests. The first copy's
 * answer is the one that is given.
 */
export interface HttpGate {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** From now on this decides; a gate lets everything pass until it is told otherwise. */
  decide(by: Decide): void;
  close(): Promise<void>;
}

/** @param target `host:port`; asked for each request where it is not known yet. */
export async function httpGate(target: string | (() => string)): Promise<HttpGate> {
  const [address = ''] = await freeAddresses(1);
  let by: Decide = () => ({ kind: 'pass' });
  let open = true;
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy()); // as a server that went away
  });
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const seen = { method: request.method ?? '', path: request.url ?? '', body };
    const fate = await by(seen);
    if (fate.kind !== 'pass') response.writeHead(204).end();
    if (fate.kind === 'lost') return;
    const to = typeof target === 'string' ? target : target();
    if (fate.kind === 'late') {
      await fate.after;
      while (open && !(await isTaken(to, request, body))) await sleep(AGAIN_MS);
      return;
    }
    const copies = Array.from({ length: fate.copies ?? 1 }, () => forward(to, request, body));
    const [first] = await Promise.all(copies);
    if (first === undefined) return void response.destroy();
    response.writeHead(first.status, first.headers).end(first.body);
  };
  await new Promise<void>((resolve) => server.listen(portOf(address), '127.0.0.1', resolve));
  return {
    address,
    decide: (next) => {
      by = next;
    },
    close: async () => {
      open = false;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** How long a late request waits before it is sent again. */
const AGAIN_MS = 500;

async function isTaken(target: string, request: IncomingMessage, body: Buffer): Promise<boolean> {
  const answer = await forward(target, request, body).catch(() => null); // the server is away: once more
  return answer !== null && answer.status < 300;
}

interface Forwarded {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function forward(target: string, from: IncomingMessage, body: Buffer): Promise<Forwarded> {
  const [host = '', port = ''] = target.split(':');
  const { method, url: path, headers } = from;
  return new Promise((resolve, reject) => {
    const options = { host, port: Number(port), method: method ?? 'GET', path: path ?? '/', headers };
    const request = send({ ...options, agent: false }, async (answer) => {
      try {
        const { 'transfer-encoding': _, ...kept } = answer.headers;
        resolve({ status: answer.statusCode ?? 502, headers: kept, body: await buffer(answer) });
      } catch (error) {
        reject(error);
      }
    });
    request.once('error', reject);
    request.end(body);
  });
}
