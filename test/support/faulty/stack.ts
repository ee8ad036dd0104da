import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Firestore } from '@google-cloud/firestore';
import { execa } from 'execa';
import { cloudBuildClient } from '#adapters/cloud-build/client.ts';
import { cloudBuilds } from '#adapters/cloud-build/cloud-builds.ts';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import type { Build } from '#core/build.ts';
import type { CloudBuilds, Registry, Store } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { StackClient } from '#local/client.ts';
import { type Machine, readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import type { StackOptions } from '#local/stack-options.ts';
import { memoryDir } from '../memory-dir.ts';
import { type Decide, type HttpGate, httpGate } from './http-gate.ts';
import { type Pushed, readPush } from './pushed.ts';
import { type TcpGate, tcpGate } from './tcp-gate.ts';

/** What becomes of a pushed message. */
export type DecidePush = (pushed: Pushed) => ReturnType<Decide>;

/** A real stack whose functions meet each other, Cloud Build, Pub/Sub and the registry through gates. */
export interface FaultyStack {
  readonly stack: Stack;
  readonly client: StackClient;
  /** The stack's own documents, Cloud Builds and images, as a test looks at them. */
  readonly store: Store;
  readonly cloudBuilds: CloudBuilds;
  readonly registry: Registry;
  readonly exchangeKey: Secret;
  /** Before Cloud Build, for `submit` and for `record`; before Pub/Sub and the registry, for `record`. */
  readonly gates: {
    readonly submitToCloudBuild: TcpGate;
    readonly recordToCloudBuild: TcpGate;
    readonly recordToPubsub: TcpGate;
    readonly recordToRegistry: HttpGate;
  };
  /** Decides about every message that Pub/Sub pushes, until it is told otherwise. */
  push(by: DecidePush): void;
  /** Ids of the containers that build a build, running or not. */
  containers(buildId: string): Promise<string[]>;
  engine(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

type Options = Pick<StackOptions, 'capacity' | 'listLagMs' | 'env' | 'sweepEveryMs' | 'allowHosts'>;

/** How long a dead submitter holds up the next one, here (ms). */
export const LEASE_MS = 3000;

/** Starts one; nothing is swept unless a test says so, so that what is repaired without a sweep is seen. */
export async function startFaultyStack(options: Options = {}): Promise<FaultyStack> {
  const machine = await readMachine();
  const dataDir = await memoryDir();
  const exchangeKey = new Secret(randomBytes(32).toString('base64url'));
  const pushGates: HttpGate[] = [];
  let decidePush: DecidePush = () => ({ kind: 'pass' });
  let made: Promise<FaultyStack['gates']> | undefined;
  let promoter: { username: string; password: Secret } | null = null;
  const stack = await startStack({
    machine,
    dataDir,
    log: () => undefined,
    sweepEveryMs: 0,
    ...options,
    env: { LEASE_MS: String(LEASE_MS), EXCHANGE_KEY: exchangeKey.reveal(), ...options.env },
    envOf: async (name, env) => {
      if (name !== 'submit' && name !== 'record') return env;
      made ??= makeGates(env);
      const gates = await made;
      if (name === 'submit') return { ...env, CLOUD_BUILD_ENDPOINT: gates.submitToCloudBuild.address };
      const { REGISTRY_USERNAME: username = '', REGISTRY_PASSWORD: password = '' } = env;
      promoter = { username, password: new Secret(password) };
      return behindGates(env, gates);
    },
    pushTo: async (_, url) => {
      const gate = await httpGate(new URL(url).host);
      gate.decide((seen) => decidePush(readPush(seen)));
      pushGates.push(gate);
      return `http://${gate.address}`;
    },
  });
  if (made === undefined) throw new Error('the functions were not given their gates');
  const gates = await made;
  const { info } = stack;
  const firestore = new Firestore({
    projectId: info.projectId,
    host: info.firestoreEmulatorHost,
    ssl: false,
    customHeaders: { Authorization: 'Bearer owner' },
  });
  const cloudBuild = cloudBuildClient(info.projectId, info.cloudBuild);
  const engine = async (...args: string[]) =>
    (await execa(machine.engine.command, [...machine.engine.globalArgs, ...args])).stdout;
  return {
    stack,
    client: new StackClient(info),
    store: firestoreStore(firestore),
    cloudBuilds: cloudBuilds(cloudBuild, { projectId: info.projectId, region: 'local' }),
    registry: ociRegistry({ insecure: [info.registry], credential: async () => promoter }),
    exchangeKey,
    gates,
    push: (by) => {
      decidePush = by;
    },
    containers: (buildId) => containersOf(machine, buildId),
    engine,
    stop: async () => {
      // what a gate holds would hold up the stack's end
      for (const gate of Object.values(gates)) if ('cut' in gate) gate.cut();
      decidePush = () => ({ kind: 'pass' });
      await stack.stop();
      for (const gate of [...Object.values(gates), ...pushGates]) await gate.close();
      await firestore.terminate();
      await cloudBuild.close();
      if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function makeGates(env: Readonly<Record<string, string>>): Promise<FaultyStack['gates']> {
  const { CLOUD_BUILD_ENDPOINT: cloudBuild = '', PUBSUB_EMULATOR_HOST: pubsub = '' } = env;
  return {
    submitToCloudBuild: await tcpGate(cloudBuild),
    recordToCloudBuild: await tcpGate(cloudBuild),
    recordToPubsub: await tcpGate(pubsub),
    recordToRegistry: await httpGate(env.INSECURE_REGISTRIES ?? ''),
  };
}

/** `record`'s environment: the registry's paths name its host, so they name the gate's now. */
function behindGates(env: Readonly<Record<string, string>>, gates: FaultyStack['gates']) {
  const registry = env.INSECURE_REGISTRIES ?? '';
  const through = (path = '') => path.replace(registry, gates.recordToRegistry.address);
  return {
    ...env,
    CLOUD_BUILD_ENDPOINT: gates.recordToCloudBuild.address,
    PUBSUB_EMULATOR_HOST: gates.recordToPubsub.address,
    INSECURE_REGISTRIES: gates.recordToRegistry.address,
    REGISTRY_STAGING: through(env.REGISTRY_STAGING),
    REGISTRY_RELEASE: through(env.REGISTRY_RELEASE),
  };
}

/** Ids of the containers that build a build, on any stack of this machine, running or not. */
export async function containersOf({ engine }: Machine, buildId: string): Promise<string[]> {
  const run = (...args: string[]) =>
    execa(engine.command, [...engine.globalArgs, ...args], { reject: false });
  const { stdout } = await run('ps', '--all', '--quiet', '--filter', 'label=bitflow.build');
  const ids = stdout.split('\n').filter((id) => id !== '');
  const own = await Promise.all(
    ids.map(async (id) => {
      const { stdout: env } = await run('inspect', '--format', '{{json .Config.Env}}', id);
      return env.includes(`BITFLOW_BUILD_ID=${buildId}`) ? [id] : [];
    }),
  );
  return own.flat();
}

/** Waits until a build's document is as wanted. @returns it. */
export async function until(
  faulty: Pick<FaultyStack, 'store'>,
  id: string,
  wanted: (build: Build) => boolean,
  timeoutMs = 60_000,
): Promise<Build> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const build = await faulty.store.builds.get(id);
    if (build !== null && wanted(build)) return build;
    if (Date.now() > deadline)
      throw new Error(`build ${id} did not become what the test waits for: ${JSON.stringify(build)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
