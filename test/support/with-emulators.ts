import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulators } from '#local/emulators.ts';
import { readMachine } from '#local/machine.ts';
import { Processes } from '#local/processes.ts';

// Google's libraries look for a metadata server where no account is given; there is none here.
process.env.METADATA_SERVER_DETECTION ??= 'none';

/** Starts the emulators for the tests of one run; their addresses are in the libraries' own variables. */
export default async function setup(): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-emulators-'));
  await mkdir(join(dir, 'logs'));
  const processes = new Processes(join(dir, 'logs'));
  const stop = async () => {
    await processes.stopAll();
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const { firestore, pubsub, auth } = await startEmulators(
      processes,
      await readMachine(),
      dir,
      'demo-bitflow',
    );
    process.env.FIRESTORE_EMULATOR_HOST = firestore;
    process.env.PUBSUB_EMULATOR_HOST = pubsub;
    process.env.FIREBASE_AUTH_EMULATOR_HOST = auth;
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
