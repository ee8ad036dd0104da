import { createHash } from 'node:crypto';
import type { Firestore, Transaction } from '@google-cloud/firestore';
import { z } from 'zod';
import { Build } from '#core/build.ts';
import { TransientError } from '#core/errors.ts';
import { OrderedPush, placeOf, REMEMBERED_PUSHES } from '#core/order.ts';
import type { Queue } from '#core/ports.ts';
import { transition } from '#core/transition.ts';
import { COLLECTIONS } from './collections.ts';
import { guarded, parseDocument } from './documents.ts';

/** A pool: who submits for it, until when, and the next place in the order of pushes. Only the holder writes it. */
const Pool = z.object({
  version: z.literal(1),
  holder: z.string().nullable(),
  lease_until: z.int(),
  next_order: z.int(),
});
type Pool = z.infer<typeof Pool>;

/** The pushes of a ref that were put in order lately. Written by the lease's holder only. */
const RefOrder = z.object({ version: z.literal(1), recent: z.array(OrderedPush) });

const NEW_POOL: Pool = { version: 1, holder: null, lease_until: 0, next_order: 1 };

export function firestoreQueue(firestore: Firestore): Queue {
  const pools = firestore.collection(COLLECTIONS.pools);
  return {
    lease: (pool, holder, now, ttlMs) =>
      guarded(() =>
        firestore.runTransaction(async (transaction) => {
          const known = parseDocument(Pool, await transaction.get(pools.doc(pool))) ?? NEW_POOL;
          if (known.holder !== null && known.holder !== holder && known.lease_until > now) return false;
          transaction.set(pools.doc(pool), { ...known, holder, lease_until: now + ttlMs });
          return true;
        }),
      ),
    release: (pool, holder) =>
      guarded(() =>
        firestore.runTransaction(async (transaction) => {
          const known = parseDocument(Pool, await transaction.get(pools.doc(pool)));
          if (known?.holder !== holder) return;
          transaction.set(pools.doc(pool), { ...known, holder: null, lease_until: 0 });
        }),
      ),
    stamp: (build, holder, now) =>
      guarded(() =>
        firestore.runTransaction((transaction) => stamp(firestore, transaction, build, holder, now)),
      ),
  };
}

async function stamp(
  firestore: Firestore,
  transaction: Transaction,
  given: Build,
  holder: string,
  now: number,
): Promise<Build> {
  const poolRef = firestore.collection(COLLECTIONS.pools).doc(given.pool);
  const buildRef = firestore.collection(COLLECTIONS.builds).doc(given.id);
  const refRef = firestore.collection(COLLECTIONS.refs).doc(refId(given));
  const [poolDoc, buildDoc, refDoc] = await transaction.getAll(poolRef, buildRef, refRef);
  const pool = poolDoc ? parseDocument(Pool, poolDoc) : null;
  const build = buildDoc ? parseDocument(Build, buildDoc) : null;
  if (pool?.holder !== holder) throw new TransientError('the lease of the pool went to another submitter');
  if (build === null) throw new Error(`the build ${given.id} is gone`);
  const recent = (refDoc ? parseDocument(RefOrder, refDoc) : null)?.recent ?? [];
  const push = { before_sha: build.before_sha, commit_sha: build.commit_sha, pushed_at: build.pushed_at };
  const order = build.ref === null ? pool.next_order : placeOf(push, recent, pool.next_order);
  const outcome = transition(build, { type: 'stamped', at: now, order });
  if (outcome.kind !== 'applied') return build;
  transaction.update(buildRef, { order, updated_at: outcome.build.updated_at });
  if (order === pool.next_order) transaction.update(poolRef, { next_order: pool.next_order + 1 });
  if (build.ref !== null) {
    const remembered = [...recent, { ...push, order }].slice(-REMEMBERED_PUSHES);
    transaction.set(refRef, { version: 1, recent: remembered });
  }
  return outcome.build;
}

/** Refs hold characters that document ids may not; a hash has none, and a fixed length. */
function refId(build: Build): string {
  return createHash('sha256')
    .update(`${build.repository_id}\u0000${build.image.name}\u0000${build.ref}`)
    .digest('hex');
}
