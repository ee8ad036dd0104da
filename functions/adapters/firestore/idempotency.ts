import { type Firestore, Timestamp } from '@google-cloud/firestore';
import { IDEMPOTENCY_MS, KeyUse } from '#core/idempotency.ts';
import type { IdempotencyKeys } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { parseDocument } from './documents.ts';

export function firestoreIdempotency(firestore: Firestore): IdempotencyKeys {
  const keys = firestore.collection(COLLECTIONS.idempotencyKeys);
  return {
    begin: (id, request_hash, now) =>
      compareAndSet(firestore, [keys.doc(id)], ([snapshot]) => {
        const known = snapshot && parseDocument(KeyUse, snapshot);
        if (known && known.started_at + IDEMPOTENCY_MS > now) return { writes: [], result: known };
        const use: KeyUse = { version: 1, request_hash, started_at: now, answer: null };
        const expire_at = Timestamp.fromMillis(now + IDEMPOTENCY_MS);
        return { writes: [{ reference: keys.doc(id), data: { ...use, expire_at } }], result: use };
      }),
    finish: (id, startedAt, answer) =>
      compareAndSet(firestore, [keys.doc(id)], ([snapshot]) => {
        const known = snapshot && parseDocument(KeyUse, snapshot);
        if (known?.started_at !== startedAt) return { writes: [], result: answer };
        if (known.answer !== null) return { writes: [], result: known.answer };
        return { writes: [{ reference: keys.doc(id), data: { answer } }], result: answer };
      }),
  };
}
