import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { CALLBACK_SIGNATURE_HEADER, CallbackMessage, signCallback } from '#core/callback.ts';
import { safeEqual } from '#core/ids.ts';
import type { Machine } from '#local/machine.ts';
import { accepts } from '#local/processes.ts';

/** A receiver of callbacks: it takes signed messages only, `RUNNING` first, and each status once. */
export interface CallbackReceiver {
  readonly env: { readonly CALLBACK_URL: string; readonly CALLBACK_TOKEN: string };
  readonly taken: CallbackMessage[];
  /** What was refused, and why. */
  readonly refused: string[];
  close(): void;
}

export async function receiveCallbacks(): Promise<CallbackReceiver> {
  const token = randomBytes(24).toString('base64url');
  const taken: CallbackMessage[] = [];
  const refused: string[] = [];
  const problemOf = (body: Buffer, signature: string) => {
    if (!safeEqual(signature, signCallback(token, body))) return 'a wrong signature';
    const message = CallbackMessage.parse(JSON.parse(body.toString()));
    const before = taken.map(({ status }) => status).join();
    if (before !== (message.status === 'RUNNING' ? '' : 'RUNNING'))
      return `${message.status} after ${before}`;
    taken.push(message);
    return null;
  };
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const problem = problemOf(body, String(request.headers[CALLBACK_SIGNATURE_HEADER]));
    if (problem !== null) refused.push(problem);
    response.writeHead(problem === null ? 204 : 409).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const env = { CALLBACK_URL: `http://127.0.0.1:${port}/callback`, CALLBACK_TOKEN: token };
  return { env, taken, refused, close: () => server.close() };
}

export interface BuilderRun {
  readonly env: Readonly<Record<string, string>>;
  /** Further arguments of the engine's `run`, such as `--privileged`. */
  readonly args?: readonly string[];
  /** Sees the output so far: true asks the engine to stop the container, as a person would. */
  readonly stopWhen?: (output: string) => boolean;
}

/** Runs the builder's image as anyone would, with nothing but an environment. @returns its exit code and output. */
export async function runBuilder(
  { engine, baseImages }: Machine,
  image: string,
  { env, args = [], stopWhen }: BuilderRun,
): Promise<{ code: number | undefined; output: string }> {
  const name = `bitflow-by-hand-${randomBytes(5).toString('hex')}`;
  const overlay = '/run/bitflow-overlay.json';
  const all = { ...env, ...(baseImages && { BITFLOW_PLAN_OVERLAY: overlay }) };
  const running = execa(
    engine.command,
    [
      ...[...engine.globalArgs, 'run', '--rm', '--name', name, '--network', 'host', ...engine.runArgs],
      ...(baseImages ? ['--volume', `${baseImages.overlay}:${overlay}:ro`] : []),
      ...[...Object.entries(all).flatMap(([key, value]) => ['--env', `${key}=${value}`]), ...args, image],
    ],
    { all: true, reject: false, cwd: tmpdir() },
  );
  let output = '';
  let stopped = false;
  running.all.on('data', (bytes: Buffer) => {
    output += bytes.toString();
    if (stopped || !stopWhen?.(output)) return;
    stopped = true;
    void execa(engine.command, [...engine.globalArgs, 'stop', name], { reject: false });
  });
  const { exitCode: code } = await running;
  return { code, output };
}

/** The engine's API on a socket: Docker's own, or podman's, which speaks the same. */
export async function serveEngine({ engine }: Machine): Promise<{ socket: string; close(): Promise<void> }> {
  if (engine.kind === 'docker') return { socket: '/var/run/docker.sock', close: async () => undefined };
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-engine-'));
  const socket = join(dir, 'engine.sock');
  const config = join(dir, 'containers.conf');
  const limits = engine.runArgs.filter((arg) => /^\w+=\d+:\d+$/.test(arg));
  await writeFile(config, `[containers]\ndefault_ulimits = ${JSON.stringify(limits)}\n`);
  const service = execa(
    engine.command,
    [...engine.globalArgs, 'system', 'service', '--time', '0', `unix://${socket}`],
    { env: { CONTAINERS_CONF: config }, reject: false, buffer: false, stdout: 'ignore', stderr: 'ignore' },
  );
  while (!(await accepts(socket))) await sleep(50);
  return {
    socket,
    close: async () => {
      service.kill();
      await service;
      await rm(dir, { recursive: true });
    },
  };
}

/** The containers with a label. */
export async function containersWith({ engine }: Machine, label: string): Promise<string[]> {
  const filter = ['ps', '--all', '--quiet', '--filter', `label=${label}`];
  const { stdout } = await execa(engine.command, [...engine.globalArgs, ...filter]);
  return stdout.split('\n').filter((id) => id !== '');
}
