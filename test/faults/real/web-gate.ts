import { createServer, type IncomingMessage, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { freeAddresses, portOf } from '#local/ports.ts';
import type { Answer, Gate, Handle } from './gate.ts';

/** A gate for HTTP/1.1. @param target `host:port`, asked for each request. */
export async function webGate(target: () => string, handle: Handle): Promise<Gate> {
  const [address = ''] = await freeAddresses(1);
  const server = createServer((request, response) => {
    const answer = async () => {
      const body = await buffer(request);
      const call = { method: request.method ?? 'GET', path: request.url ?? '/', body };
      return handle(call, () => forward(target(), request, body));
    };
    answer().then(
      (given) => {
        if (given === null) response.destroy();
        else response.writeHead(given.status, given.headers).end(given.body);
      },
      () => response.destroy(), // as a server that went away
    );
  });
  await new Promise<void>((resolve) => server.listen(portOf(address), '127.0.0.1', resolve));
  return {
    address,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(target: string, from: IncomingMessage, body: Buffer): Promise<Answer> {
  const [host = '', port = ''] = target.split(':');
  const { method = 'GET', url: path = '/', headers } = from;
  return new Promise((resolve, reject) => {
    const options = { host, port: Number(port), method, path, headers, agent: false } as const;
    const request = send(options, (answer) => {
      const { 'transfer-encoding': _, ...kept } = answer.headers;
      const status = answer.statusCode ?? 502;
      buffer(answer).then((read) => resolve({ status, headers: kept, body: read, trailers: {} }), reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}
