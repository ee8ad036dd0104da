import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_DELIVERY_ATTEMPTS } from '#core/messages.ts';
import { bundleFunctions } from '#ops/bundle/functions.ts';
import { builderAccount, builderForkAccount, startCloud } from './cloud.ts';
import { removeContainers } from './containers.ts';
import { startEmulators } from './emulators.ts';
import { functionEnv } from './function-env.ts';
import { functionAddresses, startFunction, startFunctions, unpackFunctions } from './functions.ts';
import type { LocalHost } from './git-hosts/host.ts';
import { hostsEnv, type LocalHosts, startGitHosts } from './git-hosts/index.ts';
import { type GitServer, startGitServer } from './git-server.ts';
import { startIdentityToolkit } from './identity-toolkit/server.ts';
import { startImages } from './images.ts';
import { startPlanner } from './planner.ts';
import { freeAddresses } from './ports.ts';
import { Processes } from './processes.ts';
import { ROOT } from './root.ts';
import { seed } from './seed.ts';
import { ensureBuilderImage } from './setup/builder-image.mjs';
import type { StackInfo } from './stack-info.ts';
import type { Environment, StackOptions } from './stack-options.ts';
import { mapValues, settled, step } from './steps.ts';
import { startSweeping } from './sweeping.ts';

export interface Stack {
  readonly info: StackInfo;
  readonly git: GitServer;
  /** Stand-ins for the APIs of git hosts, over the git server's repositories. */
  readonly hosts: LocalHosts;
  /** The stack's folder: logs of each process in `logs/`. */
  readonly dir: string;
  /** What stands in for public registries, for a BuildKit that the stack does not configure. */
  readonly mirror: string | null;
  /** What the functions are given: for tests that look for its secrets elsewhere. */
  readonly env: Environment;
  /** Ends one process at once, as a crash would; `restart` brings a function back. */
  kill(name: string): Promise<void>;
  restart(name: string): Promise<void>;
  /** Starts a second process of a function beside the first, as the platform may. @returns its address. */
  startAnother(name: string): Promise<string>;
  /** Stops a process where it stands, as a machine that takes the CPU away; `resume` lets it go on. */
  pause(name: string): void;
  resume(name: string): void;
  /** Lets `sweep` look once, now. @returns its report. */
  sweep(): Promise<unknown>;
  /** Ends everything that the stack started and removes what it made. */
  stop(): Promise<void>;
}

const BUILDKIT_MOUNT = '/run/bitflow-buildkit';
const OVERLAY_MOUNT = '/run/bitflow-overlay.json';
/** Locally, what stands still for this long is looked after. */
const SWEEP_EVERY_MS = 10_000;

// Google's libraries look for a metadata server where no account is given; there is none here.
process.env.METADATA_SERVER_DETECTION ??= 'none';

/** Starts the whole stack on free ports; what was started is ended again where a part fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-'));
  await chmod(dir, 0o755);
  await mkdir(join(dir, 'logs'));
  const processes = new Processes(join(dir, 'logs'));
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.toReversed()) await close();
    await processes.stopAll();
    await removeContainers(options.machine, stackIdOf(dir));
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    return await start(options, dir, processes, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The last part of the folder's name, as container names may hold it. */
const stackIdOf = (dir: string): string => dir.slice(dir.lastIndexOf('/') + 1).toLowerCase();

async function start(
  options: StackOptions,
  dir: string,
  processes: Processes,
  closers: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const { machine, log } = options;
  const data = options.dataDir ?? join(dir, 'data');
  const projectId = 'demo-bitflow';
  const token = `bft_${randomBytes(24).toString('base64url')}`;
  const cloneToken = randomBytes(24).toString('base64url');
  const githubWebhookSecret = randomBytes(24).toString('base64url');
  const [gitAddress = ''] = await freeAddresses(1);
  const allowHosts = [gitAddress, ...(options.allowHosts ?? [])];

  const builderImage = await step(log, 'the builder image', () => ensureBuilderImage(machine, { log }));
  const emulatorsStarting = step(log, 'the emulators', () =>
    startEmulators(processes, machine, dir, projectId),
  );
  const registryStarting = step(log, 'registry and BuildKit', () =>
    startImages(processes, machine, dir, data),
  );
  const addresses = await functionAddresses();
  const known: LocalHost[] = [];
  const tokenOfHosts = (password: string) => known.some(({ state }) => state.tokens.has(password));
  const git = await startGitServer({
    git: machine.git,
    dir: join(dir, 'git'),
    address: gitAddress,
    accepts: (password) => password === cloneToken || tokenOfHosts(password),
    tells: options.deliverPushes
      ? () => ({
          api: `http://${addresses.api}`,
          webhooks: `http://${addresses.webhooks}`,
          token,
          githubWebhookSecret,
          hosts: known.map(({ address }) => address),
        })
      : null,
  });
  closers.push(git.close);
  const hosts = await startGitHosts({
    git: machine.git,
    dir: join(dir, 'git'),
    gitUrl: git.url,
    token: cloneToken,
    delivers: options.deliverPushes ?? false,
    installationHook: {
      url: `http://${addresses.webhooks}/v1/webhooks/github/events`,
      secret: githubWebhookSecret,
    },
  });
  for (const host of Object.values(hosts)) {
    closers.push(host.close);
    known.push(host);
  }
  const out = join(ROOT, 'dist', 'functions', stackIdOf(dir));
  closers.push(() => rm(out, { recursive: true, force: true }));
  const bundling = step(log, 'bundling the functions', async () =>
    unpackFunctions(await bundleFunctions(), out),
  );
  const [emulators, images] = await settled(emulatorsStarting, registryStarting, bundling);
  const { registry, socket, mirror } = images;
  closers.push(registry.tokens.close);
  const identityToolkit = await startIdentityToolkit(emulators.auth);
  closers.push(identityToolkit.close);

  const cloud = await step(log, 'the local cloud APIs', () =>
    startCloud(processes, machine, {
      projectId,
      stackId: stackIdOf(dir),
      dir,
      capacity: options.capacity ?? 2,
      pubsub: emulators.pubsub,
      env: {
        ...(!options.ownBuildkit && { BUILDKIT_HOST: `unix://${BUILDKIT_MOUNT}/buildkitd.sock` }),
        PUBSUB_EMULATOR_HOST: emulators.pubsub,
        BITFLOW_INSECURE_REGISTRIES: [registry.address, ...(mirror ? [mirror] : [])].join(','),
        ...(machine.baseImages && { BITFLOW_PLAN_OVERLAY: OVERLAY_MOUNT }),
        ...options.workerEnv,
      },
      listLagMs: options.listLagMs ?? 0,
      extraRunArgs: options.ownBuildkit ? ['--privileged'] : [],
      mounts: [
        { source: socket.slice(0, socket.lastIndexOf('/')), target: BUILDKIT_MOUNT, readOnly: false },
        ...(machine.baseImages
          ? [{ source: machine.baseImages.overlay, target: OVERLAY_MOUNT, readOnly: true }]
          : []),
      ],
    }),
  );

  const planner = await step(log, 'the planner', () =>
    startPlanner(processes, machine, {
      projectId,
      stackId: stackIdOf(dir),
      builderImage: builderImage.reference,
      allowHosts,
    }),
  );
  closers.push(planner.close);

  const maxDeliveryAttempts = options.maxDeliveryAttempts ?? MAX_DELIVERY_ATTEMPTS;
  const env = {
    ...functionEnv({
      projectId,
      emulators,
      identityToolkit: identityToolkit.endpoint,
      cloud,
      planner,
      registry,
      addresses,
      allowHosts,
      hosts: hostsEnv(hosts, git.url),
      cloneToken,
      githubWebhookSecret,
      builderImage: builderImage.reference,
      builderAccount: builderAccount(projectId),
      builderForkAccount: builderForkAccount(projectId),
      capacity: options.capacity ?? 2,
      maxDeliveryAttempts,
    }),
    ...options.env,
  };
  const urls = Object.fromEntries(
    Object.entries(addresses).map(([name, address]) => [name, `http://${address}`]),
  );
  const envOf = async (name: string) => (await options.envOf?.(name, env)) ?? env;
  await step(log, 'the functions', () => startFunctions(processes, machine, addresses, envOf, out));
  const pushUrls = await mapValues(urls, async (name, url) => (await options.pushTo?.(name, url)) ?? url);
  await seed(projectId, emulators, pushUrls, token, maxDeliveryAttempts);
  const sweepEveryMs = options.sweepEveryMs ?? SWEEP_EVERY_MS;
  if (sweepEveryMs > 0) closers.push(startSweeping(urls.sweep ?? '', sweepEveryMs));

  const url = (name: string) => urls[name] ?? '';
  const info: StackInfo = {
    api: url('api'),
    webhooks: url('webhooks'),
    exchange: url('exchange'),
    callback: url('callback'),
    git: git.url,
    registry: registry.address,
    registryBuilder: registry.builder,
    cloudBuild: cloud.cloudBuild,
    buildkitHost: `unix://${socket}`,
    firestoreEmulatorHost: emulators.firestore,
    pubsubEmulatorHost: emulators.pubsub,
    authEmulatorHost: emulators.auth,
    projectId,
    token,
    githubWebhookSecret,
    pids: { stack: process.pid, ...processes.pids },
  };
  const startAt = async (name: string, address: string, as = name) =>
    startFunction(processes, machine, { name, as, address, env: await envOf(name), out });
  let others = 0;
  return {
    info,
    git,
    hosts,
    dir,
    mirror,
    env,
    kill: (name) => processes.kill(name),
    restart: (name) => startAt(name, addresses[name] ?? ''),
    startAnother: async (name) => {
      const [address = ''] = await freeAddresses(1);
      others += 1;
      await startAt(name, address, `${name}-${others + 1}`);
      return `http://${address}`;
    },
    pause: (name) => processes.signal(name, 'SIGSTOP'),
    resume: (name) => processes.signal(name, 'SIGCONT'),
    sweep: async () => (await fetch(urls.sweep ?? '', { method: 'POST' })).json(),
    stop,
  };
}
