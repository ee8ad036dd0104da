import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuilderEnv } from '../env.ts';
import { BuildFailure, Stopped } from '../failure.ts';
import type { Workspace } from '../workspace.ts';
import { tellsAnyone } from './identity.ts';
import { type Account, endGroup, run } from './process.ts';
import { type RunNetwork, startRunNetwork } from './run-network.ts';

/** A BuildKit to build with, and the account that may speak to it. */
export interface Engine {
  readonly address: string;
  readonly account: Account | null;
  stop(): Promise<void>;
}

const READY_MS = 20_000;

type EngineEnv = Pick<
  BuilderEnv,
  | 'BUILDKIT_HOST'
  | 'BITFLOW_RUN_NETWORK'
  | 'BITFLOW_STATE_DIR'
  | 'BITFLOW_INSECURE_REGISTRIES'
  | 'GCE_METADATA_HOST'
>;

/**
 * The BuildKit that was given, else one of our own (the step must then be privileged). RUN steps of our own have a
 * network without the metadata server, unless the environment says otherwise; of a given one, they have its network.
 */
export async function startEngine(
  env: EngineEnv,
  workspace: Workspace,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Engine> {
  const given = env.BUILDKIT_HOST;
  if (given)
    return { address: given, account: await accountFor(given, workspace.account), stop: async () => {} };
  const folder = await mkdtemp(join(env.BITFLOW_STATE_DIR, 'buildkit-'));
  const remove = () => rm(folder, { recursive: true, force: true }).catch(() => {});
  let network: RunNetwork | null = null;
  try {
    if (env.BITFLOW_RUN_NETWORK === 'host')
      say('warning: RUN steps have the network of the build step, all of it');
    else network = await isolate(env.GCE_METADATA_HOST, folder, workspace, signal);
    const engine = await startOwn(folder, network, env.BITFLOW_INSECURE_REGISTRIES, workspace, signal);
    const stop = () =>
      engine
        .stop()
        .finally(() => network?.stop())
        .finally(remove);
    return { ...engine, stop };
  } catch (error) {
    network?.stop();
    await remove();
    throw error;
  }
}

async function isolate(
  metadataHost: string,
  folder: string,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<RunNetwork> {
  if (await tellsAnyone(metadataHost, signal)) {
    const message = `The metadata server at ${metadataHost} answers without its header, so an ADD in a Dockerfile could read it.`;
    throw new BuildFailure('internal', message, { fault: 'bug' });
  }
  return startRunNetwork(metadataHost, { folder, env: workspace.env, signal });
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
  folder: string,
  network: RunNetwork | null,
  insecure: readonly string[],
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Engine> {
  const state = join(folder, 'state');
  const config = join(folder, 'buildkitd.toml');
  // Our account must get through to the socket, whose group it is in; the rest is root's.
  await chmod(folder, 0o711);
  await mkdir(state, { mode: 0o700 });
  await writeFile(config, configOf(network, insecure));
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
  };
  for (let waited = 0; waited < READY_MS && ended === null; waited += 100) {
    if (signal.aborted) break;
    if (await answers(address, workspace)) return { address, account: workspace.account, stop };
    await sleep(100);
  }
  await stop();
  if (signal.aborted) throw new Stopped('stopped');
  const words = said.split('\n').findLast((line) => /^buildkitd: |level=(?:error|fatal)/.test(line));
  const why = [ended ?? `no answer in ${READY_MS / 1000} s`, ...(words ? [words] : [])].join('; ');
  const message = `BuildKit did not start (${why}). The build step must be privileged, or BUILDKIT_HOST set.`;
  throw new BuildFailure('internal', message, { fault: 'bug' });
}

/** `networkMode` host is the network that runc is started in: the stand-in for runc says which. */
function configOf(network: RunNetwork | null, insecure: readonly string[]): string {
  const lines = [
    ...(network ? ['[dns]', `nameservers = [${JSON.stringify(network.nameserver)}]`] : []),
    ...['[worker.containerd]', 'enabled = false'],
    ...['[worker.oci]', 'enabled = true', 'networkMode = "host"'],
    ...(network ? [`binary = ${JSON.stringify(network.runc)}`] : []),
    ...insecure.flatMap((host) => [`[registry.${JSON.stringify(host)}]`, 'http = true']),
  ];
  return `${lines.join('\n')}\n`;
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
