import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, remembered } from '../cache.mjs';
import { manifestJar } from '../manifest-jar.mjs';
import { Problem } from '../problem.mjs';
import { answers } from '../reachable.mjs';
import { run, which } from '../run.mjs';

const day = 24 * 60 * 60 * 1000;

/**
 * The Firestore and Pub/Sub emulators of an installed gcloud. Without them firebase-tools downloads its own.
 *
 * @param {import('../context.mjs').Context} context
 * @returns {Promise<{pubsubEmulator: string | null, firestoreEmulatorJar: string | null}>}
 */
export function emulators({ cache, progress }) {
  return progress.step('emulators', async () => {
    const sdk = await sdkRoot(cache);
    const pubsub = sdk && join(sdk, 'platform/pubsub-emulator/bin/cloud-pubsub-emulator');
    const firestore = sdk && join(sdk, 'platform/cloud-firestore-emulator/cloud-firestore-emulator.jar');
    const value = {
      pubsubEmulator: pubsub && existsSync(pubsub) ? pubsub : null,
      firestoreEmulatorJar: firestore && existsSync(firestore) ? await startableJar(cache, firestore) : null,
    };
    const missing = [!value.pubsubEmulator && 'Pub/Sub', !value.firestoreEmulatorJar && 'Firestore'].filter(
      Boolean,
    );
    if (missing.length === 0) return { value, say: `Firestore and Pub/Sub, of the gcloud in ${sdk}` };

    const downloads = await remembered(cache, 'emulator-downloads', 'v1', day, () =>
      answers('https://storage.googleapis.com/'),
    );
    if (!downloads) {
      throw new Problem(
        `${missing.join(' and ')} emulator`,
        `${sdk ? `the gcloud in ${sdk} is without` : 'there is no gcloud with'} it, and its download (storage.googleapis.com) does not answer`,
        'gcloud components install cloud-firestore-emulator pubsub-emulator (or apt-get install google-cloud-cli-firestore-emulator google-cloud-cli-pubsub-emulator)',
      );
    }
    return { value, say: `firebase-tools will download ${missing.join(' and ')}` };
  });
}

/**
 * `gcloud info` takes most of a second, so its answer is kept as long as gcloud is the same file.
 *
 * @param {string} cache
 */
async function sdkRoot(cache) {
  const gcloud = which('gcloud')[0];
  if (!gcloud) return undefined;
  return remembered(cache, 'gcloud-sdk-root', realpathSync(gcloud), 30 * day, async () => {
    const { stdout } = await run(gcloud, ['info', '--format=value(installation.sdk_root)'], {
      timeoutMs: 30_000,
    }).catch(() => ({ stdout: '' }));
    return stdout.trim() || undefined;
  });
}

/**
 * firebase-tools starts `java -jar`, and gcloud's jar names no main class: a jar of nothing but a manifest does.
 *
 * @param {string} cache
 * @param {string} jar
 */
async function startableJar(cache, jar) {
  const manifest = {
    'Main-Class': 'com.google.cloud.datastore.emulator.firestore.CloudFirestore',
    'Class-Path': new URL(`file://${jar}`).href,
  };
  const id = createHash('sha256').update(JSON.stringify(manifest)).digest('hex').slice(0, 12);
  const folder = await cached(cache, `tools/firestore-emulator-${id}`, (temporary) =>
    writeFile(join(temporary, 'firestore-emulator.jar'), manifestJar(manifest)),
  );
  return join(folder, 'firestore-emulator.jar');
}
