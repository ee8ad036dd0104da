import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Machine } from './machine.ts';
import { freeAddresses, portOf } from './ports.ts';
import type { Processes } from './processes.ts';
import { ROOT } from './root.ts';

/** The accounts that builds run as, whose identity tokens the exchange believes: of branches, and of forks. */
export const builderAccount = (projectId: string): string => `builder@${projectId}.iam.gserviceaccount.com`;
export const builderForkAccount = (projectId: string): string =>
  `builder-forks@${projectId}.iam.gserviceaccount.com`;

/** Who says so: the local issuer of identity tokens, in Google's place. */
export const LOCAL_ISSUER = 'https://accounts.bitflow.local';

export interface LocalCloud {
  readonly cloudBuild: string;
  readonly metadata: string;
  readonly secretManager: string;
}

export interface CloudSettings {
  readonly projectId: string;
  readonly stackId: string;
  /** The stack's folder. */
  readonly dir: string;
  readonly capacity: number;
  /** How far behind ListBuilds is (ms). */
  readonly listLagMs: number;
  readonly pubsub: string;
  /** What a worker has by nature: environment and mounts of every step. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly { source: string; target: string; readOnly: boolean }[];
  /** What the container engine is told besides, for every step. */
  readonly extraRunArgs: readonly string[];
}

const Ready = z.object({ cloudBuild: z.string(), metadata: z.string() });
const SecretManagerReady = z.object({ secretManager: z.string() });

/** Starts the local servers of the cloud's APIs: Cloud Build with its workers' metadata server, Secret Manager. */
export async function startCloud(
  processes: Processes,
  machine: Machine,
  settings: CloudSettings,
): Promise<LocalCloud> {
  const { projectId, stackId, dir, capacity, listLagMs, env, mounts, extraRunArgs } = settings;
  const [cloudBuildPort = '', secretManagerPort = '', metadataPort = ''] = await freeAddresses(3);
  const options = {
    projectIds: [projectId],
    engine: machine.engine,
    worker: { env, mounts, extraRunArgs },
    capacity,
    listLagMs,
    workDir: join(dir, 'work'),
    port: portOf(cloudBuildPort),
    containerPrefix: stackId,
    pull: 'never',
    metadata: { serviceAccount: builderAccount(projectId), issuer: LOCAL_ISSUER, port: portOf(metadataPort) },
  };
  const optionsFile = join(dir, 'cloud-build.json');
  const secretManagerFile = join(dir, 'secret-manager.json');
  await writeFile(optionsFile, JSON.stringify(options));
  await writeFile(
    secretManagerFile,
    JSON.stringify({ projectIds: [projectId], port: portOf(secretManagerPort) }),
  );
  const [built, secrets] = await Promise.all([
    processes.start({
      name: 'cloud-build',
      command: machine.node,
      args: [join(ROOT, 'local/cloud-build/main.ts'), optionsFile],
      env: { PUBSUB_EMULATOR_HOST: settings.pubsub },
      ready: (output) => lineOf(output, 'cloudBuild') !== null,
      stopMs: 15_000,
    }),
    processes.start({
      name: 'secret-manager',
      command: machine.node,
      args: [join(ROOT, 'local/secret-manager/main.ts'), secretManagerFile],
      ready: (output) => lineOf(output, 'secretManager') !== null,
    }),
  ]);
  return {
    ...Ready.parse(JSON.parse(lineOf(built, 'cloudBuild') ?? '')),
    ...SecretManagerReady.parse(JSON.parse(lineOf(secrets, 'secretManager') ?? '')),
  };
}

function lineOf(output: string, key: string): string | null {
  return output.split('\n').find((line) => line.startsWith(`{"${key}"`)) ?? null;
}
