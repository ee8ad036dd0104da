import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { type FirestoreProxy, startFirestoreProxy } from '#test/bench/counting/firestore-proxy.ts';
import { indexFor, readIndexes } from '#test/support/firestore/indexes.ts';
import { type QueryShape, queryIn } from '#test/support/firestore/queries.ts';
import { describeStore } from '../contract/store-suite.ts';

const { FIRESTORE_EMULATOR_HOST } = process.env;

/** Every query that the suite made, once: what the emulator answers without an index, Firestore would refuse. */
const queries = new Map<string, QueryShape>();
let tap: FirestoreProxy;

beforeAll(async () => {
  if (!FIRESTORE_EMULATOR_HOST) {
    throw new Error(
      'FIRESTORE_EMULATOR_HOST is not set: this suite needs the Firestore emulator (host:port). Start the local stack, or one with `firebase emulators:exec --only firestore`.',
    );
  }
  tap = await startFirestoreProxy(FIRESTORE_EMULATOR_HOST, (method, message) => {
    const query = queryIn(method, message);
    if (query !== null) queries.set(JSON.stringify(query), query);
  });
  process.env.FIRESTORE_EMULATOR_HOST = tap.address;
});
afterAll(async () => {
  process.env.FIRESTORE_EMULATOR_HOST = FIRESTORE_EMULATOR_HOST;
  await tap.close();
});

describeStore('Firestore', async () => {
  // A project of its own for each test: the emulator makes it on first use, and nothing else is in it.
  const firestore = new Firestore({ projectId: `demo-${randomUUID().slice(0, 13)}` });
  return {
    store: firestoreStore(firestore),
    close: () => firestore.terminate(),
  };
});

/** Comes last: it is about what all of the above asked Firestore. */
describe('the queries of the store', () => {
  it('each have their index in firestore.indexes.json', async () => {
    const indexes = await readIndexes();
    const without = [...queries].filter(([, query]) => indexFor(indexes, query) === null);
    expect(without.map(([text]) => text)).toEqual([]);
    expect(queries.size).toBeGreaterThan(0);
  });

  it('use every index of firestore.indexes.json', async () => {
    const indexes = await readIndexes();
    const used = new Set([...queries.values()].map((query) => indexFor(indexes, query)));
    expect(indexes.indexes.filter((index) => !used.has(index))).toEqual([]);
  });

  it('never skip documents by an offset, which are read and charged all the same', () => {
    expect([...queries.values()].filter(({ offset }) => offset > 0)).toEqual([]);
  });
});
