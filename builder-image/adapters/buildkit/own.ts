import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BuildFailure } from '../../failure.ts';
import type { Workspace } from '../../workspace.ts';
import { endGroup } from '../process.ts';
import { complaint, daemonConfig, type Engine, untilReady } from './engine.ts';

/** The image's volume: an overlay file system cannot hold the snapshots of another. */
const VOLUME = '/var/lib/buildkit';
const STOP_MS = 20_000;
const ADVICE = 'The container must be privileged, or BUILDKIT_HOST or DOCKER_HOST set.';

/** Starts a BuildKit in this very container, which must be privileged. */
export async function startOwn(
  insecureRegistries: readonly string[],
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Engine> {
  // Without privileges buildkitd starts, and fails in the middle of a build.
  if (!mayMount(await readFile('/proc/self/status', 'utf8'))) throw noBuildkit('no privileges');
  const folder = await mkdtemp(join(tmpdir(), 'bitflow-buildkit-'));
  const state = existsSync(VOLUME) ? await mkdtemp(join(VOLUME, 'build-')) : join(folder, 'state');
  const config = join(folder, 'buildkitd.toml');
  // Our account must get through to the socket, whose group it is in; the rest is root's.
  await chmod(folder, 0o711);
  await mkdir(state, { mode: 0o700, recursive: true });
  await writeFile(config, daemonConfig(insecureRegistries));
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
    for (let waited = 0; ended === null && waited < STOP_MS; waited += 50) await sleep(50);
    for (const path of [state, folder]) await rm(path, { recursive: true, force: true }).catch(() => {});
  };
  try {
    const why = await untilReady(
      address,
      { ended: () => ended, words: () => complaint(said) },
      workspace,
      signal,
    );
    if (why === null) return { address, account: workspace.account, stop };
    throw noBuildkit(why);
  } catch (error) {
    await stop();
    throw error;
  }
}

function noBuildkit(why: string): BuildFailure {
  return new BuildFailure('internal', `BuildKit did not start (${why}). ${ADVICE}`, { fault: 'bug' });
}

const CAP_SYS_ADMIN = 21n;

/** Whether a process may mount, from its `/proc/self/status` (capabilities(7)). */
export function mayMount(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> CAP_SYS_ADMIN) & 1n) === 1n;
}
