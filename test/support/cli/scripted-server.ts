import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/** A request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a request is answered. */
export type Script = (response: ServerResponse) => void;

/** A server that answers each request by the next line of its script, and the last line from then on. Until the test ends. */
export async function scriptedServer(...script: readonly Script[]) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url: path = '', headers } = request;
    const answer = script[Math.min(seen.length, script.length - 1)];
    seen.push({ method, path, headers, body });
    answer?.(response);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return address.port;
  };
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, url: `http://127.0.0.1:${await listen(0)}` };
}

/** Answers JSON. */
export const json =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Script =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

/** Answers an error, as the service does (RFC 9457). */
export const problem = (
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Script =>
  json(
    {
      type: `/errors/${code}`,
      title: code,
      status,
      code,
      detail,
      instance: '/',
      request_id: 'req-1',
      errors: [],
    },
    status,
    { 'content-type': 'application/problem+json', ...headers },
  );

/** Begins an answer, and breaks the connection in its middle. */
export const cutInTheMiddle: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"kind": "per', () => response.destroy());
};
