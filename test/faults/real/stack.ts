import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Firestore } from '@google-cloud/firestore';
import { PubSub } from '@google-cloud/pubsub';
import { execa } from 'execa';
import { cloudBuildClient } from '#adapters/cloud-build/client.ts';
import { cloudBuilds } from '#adapters/cloud-build/cloud-builds.ts';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { fixedCredential } from '#adapters/registry/credentials.ts';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import type { CloudBuilds, Registry, Store } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { StackClient } from '#local/client.ts';
import { type Machine, readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import type { Containers } from './builders.ts';
import { Gates } from './gates.ts';
import { CAPACITY, LEASE_MS, LIST_LAG_MS, SWEEP_GRACE_MS, TAG_LEASE_MS } from './limits.ts';
import { FunctionProcesses } from './processes.ts';

/** A real stack in which every way between two parts leads through a gate, and the things to look at it by. */
export interface RealStack {
  readonly stack: Stack;
  readonly client: StackClient;
  readonly gates: Gates;
  readonly processes: FunctionProcesses;
  readonly containers: Containers & {
    /** Ids of all containers of builds, running or not. */
    list(): Promise<string[]>;
  };
  /** Straight to the servers, through no gate. */
  readonly firestore: Firestore;
  readonly pubsub: PubSub;
  readonly store: Store;
  readonly cloudBuilds: CloudBuilds;
  readonly registry: Registry;
  /** `host:port/path` of the staging and the release area. */
  readonly paths: { readonly staging: string; readonly release: string };
  stop(): Promise<void>;
}

/** Starts one, with short leases; whoever plays on it calls `sweep`. */
export async function startRealStack(log: (line: string) => void): Promise<RealStack> {
  // This program runs on the Node that the functions need; the machine's file may be another checkout's.
  const machine = { ...(await readMachine()), node: process.execPath };
  const dataDir = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'bitflow-faults-'));
  const gates = new Gates();
  const lease = { LEASE_MS, TAG_LEASE_MS, SWEEP_GRACE_MS };
  try {
    const stack = await startStack({
      machine,
      dataDir,
      log,
      capacity: CAPACITY,
      listLagMs: LIST_LAG_MS,
      sweepEveryMs: 0,
      env: Object.fromEntries(Object.entries(lease).map(([name, ms]) => [name, String(ms)])),
      workerEnv: { PUBSUB_EMULATOR_HOST: await gates.beforeBuilders() },
      envOf: (name, env) => gates.before(name, env),
      pushTo: (name, url) => gates.beforePushes(name, url),
    });
    return await around(machine, stack, gates, dataDir);
  } catch (error) {
    await gates.close();
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

async function around(machine: Machine, stack: Stack, gates: Gates, dataDir: string): Promise<RealStack> {
  const { info } = stack;
  const processes = new FunctionProcesses(stack);
  await processes.start();
  gates.targetOf = (name) => processes.target(name);
  const firestore = new Firestore({
    projectId: info.projectId,
    host: info.firestoreEmulatorHost,
    ssl: false,
    customHeaders: { Authorization: 'Bearer owner' },
  });
  const pubsub = new PubSub({
    projectId: info.projectId,
    apiEndpoint: info.pubsubEmulatorHost,
    emulatorMode: true,
  });
  const cloudBuild = cloudBuildClient(info.projectId, info.cloudBuild);
  const { user, password, staging, release } = gates.registry();
  return {
    stack,
    client: new StackClient(info),
    gates,
    processes,
    containers: containersOf(machine, stack),
    firestore,
    pubsub,
    store: firestoreStore(firestore),
    cloudBuilds: cloudBuilds(cloudBuild, { projectId: info.projectId, region: 'local' }),
    registry: ociRegistry({
      insecure: [info.registry],
      credential: fixedCredential(user, new Secret(password)),
    }),
    paths: { staging, release },
    stop: async () => {
      gates.interception = null;
      await stack.stop();
      await gates.close();
      await firestore.terminate();
      await pubsub.close();
      await cloudBuild.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Containers by the Cloud Build that they are a step of; one that is gone already is left alone. */
function containersOf({ engine }: Machine, stack: Stack): RealStack['containers'] {
  const run = async (...args: string[]) =>
    (await execa(engine.command, [...engine.globalArgs, ...args], { reject: false })).stdout;
  const find = async (...filters: string[]) => {
    const given = filters.flatMap((filter) => ['--filter', filter]);
    return (await run('ps', '--all', '--quiet', ...given)).split('\n').filter((id) => id !== '');
  };
  const signal = (name: string) => async (cloudBuildId: string) => {
    const ids = await find(`label=bitflow.build=${cloudBuildId}`);
    if (ids.length > 0) await run('kill', '--signal', name, ...ids);
  };
  const stackId = stack.dir.slice(stack.dir.lastIndexOf('/') + 1).toLowerCase();
  return {
    kill: signal('KILL'),
    freeze: signal('STOP'),
    thaw: signal('CONT'),
    list: () => find(`label=bitflow.stack=${stackId}`, 'label=bitflow.build'),
  };
}
