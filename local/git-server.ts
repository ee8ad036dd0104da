import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { execa } from 'execa';
import { isFullName } from '#core/git-names.ts';
import { portOf } from './ports.ts';
import type { Told } from './post-receive/told.ts';
import { ROOT } from './root.ts';

export interface GitServer {
  /** `http://127.0.0.1:PORT`; a repository lies at `/OWNER/NAME.git`. */
  readonly url: string;
  /** Makes an empty repository. A private one asks for the token. */
  create(fullName: string, options?: { private?: boolean }): Promise<string>;
  close(): Promise<void>;
}

const PRIVATE = 'bitflow.private';
/** What a header of a CGI response may take before we give up on it. */
const MAX_HEADER = 64 * 1024;

export interface GitServerOptions {
  readonly git: string;
  /** Where the repositories are. */
  readonly dir: string;
  readonly address: string;
  /** Whether a password opens private repositories. One that opens none is refused for public ones too. */
  readonly accepts: (password: string) => boolean;
  /** Who is told of each push; asked at each, and null where nobody is: the caller delivers by hand. */
  readonly tells: (() => Told['stack']) | null;
}

/**
 * A real git server: `git http-backend` behind a small HTTP server (RFC 3875). A push to a repository that
 * does not exist makes it, as people expect of a local try. It serves any commit that is reachable, as GitHub does.
 */
export async function startGitServer({
  git,
  dir,
  address,
  accepts,
  tells,
}: GitServerOptions): Promise<GitServer> {
  await mkdir(dir, { recursive: true });
  const hooks = tells === null ? null : await writeHook(`${dir}-hooks`);
  const create = async (fullName: string, options: { private?: boolean } = {}) => {
    if (!isFullName(fullName)) throw new Error(`not a repository name: ${fullName}`);
    const path = join(dir, `${fullName}.git`);
    await execa(git, ['init', '--quiet', '--bare', '--initial-branch=main', path]);
    const settings = {
      'http.receivepack': 'true',
      'uploadpack.allowAnySHA1InWant': 'true',
      [PRIVATE]: String(options.private ?? false),
      ...(hooks !== null && { 'core.hooksPath': hooks }),
    };
    for (const [name, value] of Object.entries(settings))
      await execa(git, ['-C', path, 'config', name, value]);
    return `http://${address}/${fullName}.git`;
  };
  const isPrivate = async (path: string) => {
    const { stdout } = await execa(git, ['-C', path, 'config', '--bool', PRIVATE], { reject: false });
    return stdout === 'true';
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', `http://${address}`);
    const fullName = /^\/(.+?)\.git(?:\/|$)/.exec(url.pathname)?.[1];
    if (!fullName || !isFullName(fullName)) return void response.writeHead(404).end();
    const path = join(dir, `${fullName}.git`);
    const given = passwordOf(request.headers.authorization);
    if (given !== null && !accepts(given)) return void deny(response);
    if (!existsSync(path)) {
      if (url.searchParams.get('service') !== 'git-receive-pack') return void response.writeHead(404).end();
      await create(fullName);
    }
    if (given === null && (await isPrivate(path))) return void deny(response);
    const told: Told | null = tells && { stack: tells(), git: `http://${address}`, repository: fullName };
    const hook = told && { BITFLOW_TOLD: JSON.stringify(told) };
    backend(git, { GIT_PROJECT_ROOT: dir, ...hook }, url, request, response);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await listen(server, portOf(address));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://${address}`, create, close };
}

/** The hook of all repositories. @returns its folder. */
async function writeHook(folder: string): Promise<string> {
  const hook = `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'local/post-receive/main.ts')}'\n`;
  await mkdir(folder);
  await writeFile(join(folder, 'post-receive'), hook, { mode: 0o755 });
  return folder;
}

function deny(response: ServerResponse): void {
  response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
}

function passwordOf(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const text = Buffer.from(authorization.replace(/^Basic /i, ''), 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function backend(
  git: string,
  more: Readonly<Record<string, string>>,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
  };
  const env = {
    PATH: process.env.PATH ?? '',
    ...more,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: header('content-length'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
    REMOTE_USER: 'local',
    REMOTE_ADDR: '127.0.0.1',
  };
  const child = spawn(git, ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  child.once('error', () => response.writeHead(500).end());
  child.stdin.on('error', () => child.kill()); // the client went away in the middle of its request
  request.pipe(child.stdin);
  response.once('close', () => child.kill());
  let head = Buffer.alloc(0);
  const onData = (data: Buffer) => {
    head = Buffer.concat([head, data]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) {
      if (head.length > MAX_HEADER) child.kill();
      return;
    }
    child.stdout.off('data', onData);
    writeHead(response, head.subarray(0, end).toString('latin1'));
    response.write(head.subarray(end + 4));
    child.stdout.pipe(response);
  };
  child.stdout.on('data', onData);
  child.stdout.once('end', () => {
    if (!response.headersSent) response.writeHead(500).end();
  });
}

/** A CGI response's header block (RFC 3875, section 6.3): `Status:` is the status, the rest are headers. */
function writeHead(response: ServerResponse, block: string): void {
  let status = 200;
  for (const line of block.split('\r\n')) {
    const [name = '', value = ''] = line.split(/:\s*(.*)/s);
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
