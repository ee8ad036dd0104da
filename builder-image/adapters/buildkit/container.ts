import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import type { MachineEnv } from '../../env.ts';
import { BuildFailure, Stopped } from '../../failure.ts';
import { connectDocker, isStatus, ownContainer } from '../docker.ts';
import { serveDialStdio } from './dial-stdio.ts';
import { complaint, daemonConfig, type Engine, type EngineContext, untilReady } from './engine.ts';

/** How much longer (s) than its build a BuildKit may live, where nobody is left to remove it. */
const GRACE_S = 120;
/** The image's volume. */
const STATE = '/var/lib/bitflow';
const CONFIG = '/etc/buildkit/buildkitd.toml';

type ContainerEnv = MachineEnv & { readonly DOCKER_HOST: string };

/** Starts a BuildKit in a container of its own, from our own image, and leads a local socket to it. */
export async function startInContainer(env: ContainerEnv, context: EngineContext): Promise<Engine> {
  const { workspace, signal } = context;
  const name = `bitflow-buildkit-${randomBytes(6).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'bitflow-buildkit-'));
  await chmod(folder, 0o711);
  const closers: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    const docker = await connectDocker(env);
    // By its name: also a container whose creation was not confirmed is found by it.
    closers.push(() => remove(docker.getContainer(name)));
    const container = await create(docker, name, env, context);
    const state = await start(docker, container, env.BITFLOW_INSECURE_REGISTRIES);
    const path = join(folder, 'buildkitd.sock');
    const bridge = await serveDialStdio(docker, container, path, workspace.account);
    closers.push(() => bridge.close());
    const address = `unix://${path}`;
    const words = () => state.words() ?? bridge.words();
    const why = await untilReady(address, { ...state, words }, workspace, signal);
    if (why === null) return { address, account: workspace.account, isShared: false, stop };
    throw new Error(`BuildKit did not start in ${name}: ${why}`);
  } catch (cause) {
    // The first error is the one to tell; what stays behind ends by itself.
    await stop().catch(() => {});
    if (cause instanceof Stopped || cause instanceof BuildFailure) throw cause;
    const why = (cause instanceof Error ? cause.message : String(cause)).trim();
    const message = `No BuildKit could be started at DOCKER_HOST ${env.DOCKER_HOST}: ${why}.`;
    throw new BuildFailure('internal', message, { fault: 'transient', cause });
  }
}

async function create(
  docker: Docker,
  name: string,
  env: ContainerEnv,
  { build, say }: Pick<EngineContext, 'build' | 'say'>,
): Promise<Docker.Container> {
  const own = await ownContainer(docker);
  const image = env.BUILDER_IMAGE ?? own?.image;
  if (image === undefined) {
    const message = 'The builder does not know its own image there: set BUILDER_IMAGE.';
    throw new BuildFailure('internal', message, { fault: 'bug' });
  }
  const options = {
    name,
    Image: image,
    Labels: { 'bitflow.buildkit': build.id },
    // Nobody may be left to remove it: then it ends, and so goes, by itself.
    Entrypoint: ['timeout', '-k', '10', String(build.timeout_s + GRACE_S), 'buildkitd'],
    Cmd: ['--config', CONFIG, '--root', STATE],
    Volumes: { [STATE]: {} },
    HostConfig: {
      Privileged: true,
      AutoRemove: true,
      // It reaches what we reach, by the same names; outside of a container that is the host's network.
      NetworkMode: own ? `container:${own.id}` : 'host',
    },
  };
  return docker.createContainer(options).catch(async (error: unknown) => {
    if (!isStatus(error, 404)) throw error;
    await pull(docker, image, say);
    return docker.createContainer(options);
  });
}

/** Has the engine fetch an image that it does not have. */
async function pull(docker: Docker, image: string, say: EngineContext['say']): Promise<void> {
  say(`Pulling ${image}`);
  const progress = await docker.pull(image);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
}

async function start(docker: Docker, container: Docker.Container, insecure: readonly string[]) {
  const files = pack();
  files.entry({ name: CONFIG.slice(1) }, daemonConfig(insecure, null));
  files.finalize();
  await container.putArchive(await buffer(files), { path: '/' });
  let said = '';
  let ended: string | null = null;
  const listen = new Writable({
    write(bytes: Buffer, _encoding, done) {
      said = `${said}${bytes.toString('utf8')}`.slice(-4000);
      done();
    },
  });
  const output = await container.attach({ stream: true, stdout: true, stderr: true });
  docker.modem.demuxStream(output, listen, listen);
  output.once('end', () => {
    ended = 'its container ended';
  });
  output.on('error', () => undefined); // it only carries words
  await container.start();
  return { ended: () => ended, words: () => complaint(said) };
}

async function remove(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    // 404: it is gone, or never was. 409: the engine is removing it already.
    if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
  }
}
