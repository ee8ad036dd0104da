import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { beforeAll } from 'vitest';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { describeStore } from '../contract/store-suite.ts';

const { FIRESTORE_EMULATOR_HOST } = process.env;

beforeAll(() => {
  if (!FIRESTORE_EMULATOR_HOST) {
    throw new Error(
      'FIRESTORE_EMULATOR_HOST is not set: this suite needs the Firestore emulator (host:port). Start the local stack, or one with `firebase emulators:exec --only firestore`.',
    );
  }
});

describeStore('Firestore', async () => {
  // A project of its own for each test: the emulator makes it on first use, and nothing else is in it.
  const firestore = new Firestore({ projectId: `demo-${randomUUID().slice(0, 13)}` });
  return {
    store: firestoreStore(firestore),
    close: () => firestore.terminate(),
  };
});
