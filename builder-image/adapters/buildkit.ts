import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BuildFailure, Stopped } from '../failure.ts';
import type { Workspace } from '../workspace.ts';
import { type Account, endGroup, run } from './process.ts';

/** A BuildKit to build with, and the account that may speak to it. */
export interface Engine {
  readonly address: string;
  readonly account: Account | null;
  /** Whether it stays, with what it keeps, when the build is gone. */
  readonly isShared: boolean;
  stop(): Promise<void>;
}

const READY_MS = 20_000;
const FORGET_MS = 5000;

/** The BuildKit that was given, else one of our own (the step must then be privileged). */
export async function startEngine(
  given: string | undefined,
  insecureRegistries: readonly string[],
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Engine> {
  if (given) {
    const account = await accountFor(given, workspace.account);
    return { address: given, account, isShared: true, stop: async () => {} };
  }
  return startOwn(insecureRegistries, workspace, signal);
}

/** A socket belongs to a group: our account joins it, and stays unprivileged otherwise. */
async function accountFor(address: string, account: Account | null): Promise<Account | null> {
  if (account === null || !address.startsWith('unix://')) return account;
  const socket = await stat(address.slice('unix://'.length)).catch((cause: unknown) => {
    throw new BuildFailure('internal', `BuildKit is not at ${address}.`, { fault: 'transient', cause });
  });
  return { uid: account.uid, gid: socket.gid };
}

async function startOwn(
  insecure: readonly string[],
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'bitflow-buildkit-'));
  const state = join(folder, 'state');
  const config = join(folder, 'buildkitd.toml');
  // Our account must get through to the socket, whose group it is in; the rest is root's.
  await chmod(folder, 0o711);
  await mkdir(state, { mode: 0o700 });
  const registries = insecure.map((host) => `[registry.${JSON.stringify(host)}]\nhttp = true\n`);
  await writeFile(config, `[worker.oci]\nsnapshotter = "overlayfs"\n${registries.join('')}`);
  const address = `unix://${join(folder, 'buildkitd.sock')}`;
  const group = String(workspace.account?.gid ?? process.getgid?.() ?? 0);
  const args = ['--config', config, '--addr', address, '--root', state, '--group', group];
  const env = { ...workspace.env, HOME: folder, TMPDIR: folder };
  const daemon = spawn('buildkitd', args, {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  daemon.stderr.on('data', (bytes: Buffer) => {
    said = `${said}${bytes.toString('utf8')}`.slice(-4000);
  });
  let ended: string | null = null;
  daemon.once('error', (error) => {
    ended = error.message;
  });
  daemon.once('exit', (code) => {
    ended ??= `exit code ${code}`;
  });
  const stop = async () => {
    endGroup(daemon.pid);
    for (let waited = 0; ended === null && waited < READY_MS; waited += 50) await sleep(50);
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  };
  for (let waited = 0; waited < READY_MS && ended === null; waited += 100) {
    if (signal.aborted) break;
    if (await answers(address, workspace))
      return { address, account: workspace.account, isShared: false, stop };
    await sleep(100);
  }
  await stop();
  if (signal.aborted) throw new Stopped('stopped');
  const words = said.split('\n').findLast((line) => /^buildkitd: |level=(?:error|fatal)/.test(line));
  const why = [ended ?? `no answer in ${READY_MS / 1000} s`, ...(words ? [words] : [])].join('; ');
  const message = `BuildKit did not start (${why}). The build step must be privileged, or BUILDKIT_HOST set.`;
  throw new BuildFailure('internal', message, { fault: 'bug' });
}

/**
 * Deletes BuildKit's own record of a build, which holds what the steps printed, as they printed it.
 * @param ref as `buildctl build --ref-file` wrote it.
 * @returns whether it is gone.
 */
export async function forget(engine: Engine, ref: string, workspace: Workspace): Promise<boolean> {
  const { env, account, scratch } = workspace;
  const ended = run({
    file: 'buildctl',
    args: ['--addr', engine.address, 'debug', 'ctl', '--delete', ref],
    cwd: scratch,
    env,
    account: engine.account ?? account,
    // also where the build was stopped, so not by its own signal
    signal: AbortSignal.timeout(FORGET_MS),
  });
  return ended.then(
    ({ code }) => code === 0,
    () => false,
  );
}

async function answers(address: string, workspace: Workspace): Promise<boolean> {
  const { env, account, scratch } = workspace;
  const args = ['--addr', address, 'debug', 'workers'];
  const probe = await run({
    file: 'buildctl',
    args,
    cwd: scratch,
    env,
    account,
    signal: AbortSignal.timeout(5000),
  });
  return probe.code === 0;
}
