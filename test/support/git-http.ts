import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitHttp {
  /** `127.0.0.1:port`, as a clone policy's allow list has it. */
  readonly host: string;
  url(repository: string): string;
  /** The Authorization header of each request, in order. */
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/**
 * Serves the repositories of a folder over smart HTTP, through git's own `http-backend`. An `old` server
 * speaks protocol version 0, which gives no commit that no ref points to. `lfs` holds Git LFS objects by id.
 */
export async function serveGit(
  folder: string,
  options: { authorization?: string; old?: boolean; lfs?: ReadonlyMap<string, Buffer> } = {},
): Promise<GitHttp> {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    if (options.authorization && request.headers.authorization !== options.authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (request.url?.includes('/info/lfs/')) return void lfs(options.lfs ?? new Map(), request, response);
    backend(folder, request, response, options.old ? '' : String(request.headers['git-protocol'] ?? ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    authorizations,
    url: (repository) => `http://${host}/${repository}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function backend(folder: string, request: IncomingMessage, response: ServerResponse, protocol: string): void {
  const url = new URL(request.url ?? '/', 'http://git');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: protocol,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => {});
  let head = Buffer.alloc(0);
  let begun = false;
  child.stdout.on('data', (bytes: Buffer) => {
    if (begun) return void response.write(bytes);
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    begun = true;
    const fields = head
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(': '));
    const status = Number(fields.find(([name]) => name === 'Status')?.[1]?.slice(0, 3) ?? 200);
    const headers = fields.filter(([name]) => name !== 'Status') as [string, string][];
    response.writeHead(status, Object.fromEntries(headers));
    response.write(head.subarray(end + 4));
  });
  child.on('close', () => response.end());
}

/** Git LFS's batch API for downloads: https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md */
async function lfs(
  held: ReadonlyMap<string, Buffer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'GET') return void response.end(held.get(request.url?.split('/').at(-1) ?? ''));
  const { objects } = JSON.parse((await request.toArray()).join('')) as {
    objects: { oid: string; size: number }[];
  };
  const base = `http://${request.headers.host}${request.url?.replace(/objects\/batch$/, '')}`;
  const answers = objects.map(({ oid, size }) =>
    held.has(oid)
      ? { oid, size, actions: { download: { href: `${base}${oid}` } } }
      : { oid, size, error: { code: 404, message: 'Object does not exist' } },
  );
  response
    .writeHead(200, { 'content-type': 'application/vnd.git-lfs+json' })
    .end(JSON.stringify({ objects: answers }));
}
