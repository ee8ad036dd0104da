import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { PubSub } from '@google-cloud/pubsub';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { repositoryId, webhookSecret } from '#core/ids.ts';
import { TOPICS } from '#core/messages.ts';
import { Platform } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { emulatorFirestore } from '#local/emulator-firestore.ts';
import { startEmulators } from '#local/emulators.ts';
import { startFunction, unpackFunctions } from '#local/functions.ts';
import type { Machine } from '#local/machine.ts';
import { freeAddresses } from '#local/ports.ts';
import { Processes } from '#local/processes.ts';
import { ROOT } from '#local/root.ts';
import { bundle } from '#ops/bundle/functions.ts';
import { aRepository } from '#test/support/memory/examples.ts';
import { type BareFunction, startBare } from '../bare-function.ts';

const PROJECT = 'demo-bench-webhooks';

/** The door alone: `webhooks` and the bare function beside the emulators, and a connected repository of each host. */
export interface Door {
  readonly url: string;
  readonly pid: number;
  readonly bare: BareFunction;
  /** GitHub's App: its secret is good for every repository. */
  readonly appSecret: string;
  /** The secret of the webhook of `bench/shop` at each host. */
  readonly secrets: Readonly<Record<Platform, string>>;
  stop(): Promise<void>;
}

/** The repository that is connected at each host. Nobody works on its deliveries: there is no `intake`. */
export const CONNECTED = 'bench/shop';

/** @param dir a folder with `logs/` in it. */
export async function startDoor(machine: Machine, dir: string): Promise<Door> {
  const processes = new Processes(join(dir, 'logs'));
  try {
    const emulators = await startEmulators(processes, machine, dir, PROJECT);
    const pubsub = new PubSub({ projectId: PROJECT, apiEndpoint: emulators.pubsub, emulatorMode: true });
    await pubsub.createTopic(TOPICS.deliveries);
    await pubsub.close();
    const [appSecret = '', key = ''] = [randomBytes(24), randomBytes(32)].map((bytes) =>
      bytes.toString('base64url'),
    );
    const common = {
      GOOGLE_CLOUD_PROJECT: PROJECT,
      FIRESTORE_EMULATOR_HOST: emulators.firestore,
      PUBSUB_EMULATOR_HOST: emulators.pubsub,
      METADATA_SERVER_DETECTION: 'none',
    };
    const [address = ''] = await freeAddresses(1);
    const out = join(ROOT, 'dist', 'bench-webhooks');
    await unpackFunctions(await bundle({ webhooks: join(ROOT, 'functions/handlers/webhooks') }), out);
    const env = { ...common, GITHUB_WEBHOOK_SECRETS: appSecret, WEBHOOK_KEY: key };
    await startFunction(processes, machine, { name: 'webhooks', address, env, out });
    const bare = await startBare(machine, dir, common);
    return {
      url: `http://${address}`,
      pid: processes.pids.webhooks ?? 0,
      bare,
      appSecret,
      secrets: await connect(emulators.firestore, new Secret(key)),
      stop: async () => {
        await bare.stop();
        await processes.stopAll();
      },
    };
  } catch (error) {
    await processes.stopAll();
    throw error;
  }
}

async function connect(firestore: string, key: Secret): Promise<Record<Platform, string>> {
  const client = emulatorFirestore(PROJECT, firestore);
  const { repositories } = firestoreStore(client);
  const connectAt = async (platform: Platform) => {
    const repository = aRepository({ id: repositoryId(platform, CONNECTED), platform, full_name: CONNECTED });
    await repositories.create(repository);
    return webhookSecret(key, repository, 1);
  };
  const [github, gitlab, gitee] = await Promise.all(Platform.options.map(connectAt));
  await client.terminate();
  return { github: github ?? '', gitlab: gitlab ?? '', gitee: gitee ?? '' };
}
