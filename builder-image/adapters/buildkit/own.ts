import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineEnv } from '../../env.ts';
import { BuildFailure } from '../../failure.ts';
import { tellsAnyone } from '../identity.ts';
import { endGroup } from '../process.ts';
import { type RunNetwork, startRunNetwork } from '../run-network.ts';
import { complaint, daemonConfig, type Engine, type EngineContext, untilReady } from './engine.ts';

const STOP_MS = 20_000;
const ADVICE = 'The container must be privileged, or BUILDKIT_HOST or DOCKER_HOST set.';

type OwnEnv = Pick<
  MachineEnv,
  'BITFLOW_RUN_NETWORK' | 'BITFLOW_STATE_DIR' | 'BITFLOW_INSECURE_REGISTRIES' | 'GCE_METADATA_HOST'
>;

/** Starts a BuildKit in this very container, which must be privileged. */
export async function startOwn(env: OwnEnv, context: EngineContext): Promise<Engine> {
  // Without privileges buildkitd starts, and fails in the middle of a build.
  if (!mayMount(await readFile('/proc/self/status', 'utf8'))) throw noBuildkit('no privileges');
  const folder = await mkdtemp(join(env.BITFLOW_STATE_DIR, 'buildkit-'));
  const remove = () => rm(folder, { recursive: true, force: true }).catch(() => {});
  let network: RunNetwork | null = null;
  try {
    if (env.BITFLOW_RUN_NETWORK === 'isolated') network = await isolate(env, folder, context);
    else context.say('warning: RUN steps have the network of the build step, all of it');
    const engine = await startDaemon(folder, daemonConfig(env.BITFLOW_INSECURE_REGISTRIES, network), context);
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
  { GCE_METADATA_HOST: metadataHost }: OwnEnv,
  folder: string,
  { workspace, signal }: EngineContext,
): Promise<RunNetwork> {
  if (await tellsAnyone(metadataHost, signal)) {
    const message = `The metadata server at ${metadataHost} answers without its header, so an ADD in a Dockerfile could read it.`;
    throw new BuildFailure('internal', message, { fault: 'bug' });
  }
  return startRunNetwork(metadataHost, { folder, env: workspace.env, signal });
}

async function startDaemon(
  folder: string,
  configuration: string,
  { workspace, signal }: EngineContext,
): Promise<Engine> {
  const state = join(folder, 'state');
  const config = join(folder, 'buildkitd.toml');
  // Our account must get through to the socket, whose group it is in; the rest is root's.
  await chmod(folder, 0o711);
  await mkdir(state, { mode: 0o700 });
  await writeFile(config, configuration);
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
  };
  try {
    const why = await untilReady(
      address,
      { ended: () => ended, words: () => complaint(said) },
      workspace,
      signal,
    );
    if (why === null) return { address, account: workspace.account, isShared: false, stop };
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
