import { createHash } from 'node:crypto';
import type { Firestore } from '@google-cloud/firestore';
import { z } from 'zod';
import { Build } from '#core/build.ts';
import { groupAfter } from '#core/groups.ts';
import { DOUBT_MS, isInDoubt, OrderedPush, placeBefore, placeOf, REMEMBERED_PUSHES } from '#core/order.ts';
import type { Queue } from '#core/ports.ts';
import { transition } from '#core/transition.ts';
import { servedAfter } from '#core/turns.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet, type Write } from './compare-and-set.ts';
import { guarded, parseDocument } from './documents.ts';
import { groupIn, groupWrite, settle, unsettled } from './groups.ts';
import { heldPool, poolIn } from './pool.ts';
import { countOfTeam, depthOf, firstOfTeams, ofTeam, unplaced } from './waiting.ts';

/** The pushes of a ref that were put in order lately. Written by the lease's holder only. */
const RefOrder = z.object({ version: z.literal(1), recent: z.array(OrderedPush) });

/** No group is called so: their names are hashes. */
const NO_GROUP = 'none';

export function firestoreQueue(firestore: Firestore): Queue {
  const pools = firestore.collection(COLLECTIONS.pools);
  return {
    lease: (pool, holder, now, ttlMs) =>
      compareAndSet(firestore, [pools.doc(pool)], ([snapshot]) => {
        const known = poolIn(snapshot);
        const free = known.holder === null || known.holder === holder || known.lease_until <= now;
        const data = { ...known, holder, lease_until: now + ttlMs };
        return { writes: free ? [{ reference: pools.doc(pool), data }] : [], result: free };
      }),
    release: (pool, holder) =>
      compareAndSet(firestore, [pools.doc(pool)], ([snapshot]) => {
        const known = poolIn(snapshot);
        const data = { ...known, holder: null, lease_until: 0 };
        const writes = known.holder === holder ? [{ reference: pools.doc(pool), data }] : [];
        return { writes, result: undefined };
      }),
    state: (pool) =>
      guarded(async () => {
        const { served, usual_ms: usualMs } = poolIn(await pools.doc(pool).get());
        return { served, usualMs };
      }),
    unplaced: (pool, limit) => unplaced(firestore, pool, limit),
    firstOfTeams: (pool, perTeam, mayStart) => firstOfTeams(firestore, pool, perTeam, mayStart),
    ofTeam: (pool, team, limit) => ofTeam(firestore, pool, team, limit),
    depth: (pool) => depthOf(firestore, pool),
    count: (pool, team) => countOfTeam(firestore, pool, team),
    stamp: (build, holder, now) => stamp(firestore, build, holder, now),
    unsettled: (pool, limit) => unsettled(firestore, pool, limit),
    settle: (group) => settle(firestore, group),
    claim: (pool, builds, holder, now) => claim(firestore, pool, builds, holder, now),
    placeOfNow: (pool) => guarded(async () => placeBefore(poolIn(await pools.doc(pool).get()).next_order)),
  };
}

/** The pool is written too: so a holder that lost the lease claims nothing. */
function claim(
  firestore: Firestore,
  name: string,
  given: readonly Build[],
  holder: string,
  at: number,
): Promise<Build[]> {
  const pool = firestore.collection(COLLECTIONS.pools).doc(name);
  const builds = given.map(({ id }) => firestore.collection(COLLECTIONS.builds).doc(id));
  return compareAndSet(firestore, [pool, ...builds], ([poolDoc, ...found]) => {
    const known = heldPool(poolDoc, holder);
    const claimed = found.flatMap((snapshot) => {
      const build = parseDocument(Build, snapshot);
      const outcome = build && transition(build, { type: 'claimed', at });
      return outcome?.kind === 'applied' ? [{ reference: snapshot.ref, data: outcome.build }] : [];
    });
    const served = servedAfter(
      known.served,
      claimed.map(({ data }) => data.team),
    );
    const writes = claimed.length === 0 ? [] : [{ reference: pool, data: { ...known, served } }, ...claimed];
    return { writes, result: claimed.map(({ data }) => data) };
  });
}

/** The pool is written even where its counter stays: so a holder that lost the lease stamps nothing. */
function stamp(firestore: Firestore, given: Build, holder: string, now: number): Promise<Build> {
  const pool = firestore.collection(COLLECTIONS.pools).doc(given.pool);
  const build = firestore.collection(COLLECTIONS.builds).doc(given.id);
  const ref = firestore.collection(COLLECTIONS.refs).doc(refId(given));
  const group = firestore.collection(COLLECTIONS.groups).doc(given.concurrency?.group ?? NO_GROUP);
  return compareAndSet(firestore, [pool, build, ref, group], ([poolDoc, buildDoc, refDoc, groupDoc]) => {
    const known = heldPool(poolDoc, holder);
    const current = buildDoc && parseDocument(Build, buildDoc);
    if (!current) throw new Error(`the build ${given.id} is gone`);
    const recent = (refDoc && parseDocument(RefOrder, refDoc))?.recent ?? [];
    const push = {
      before_sha: current.before_sha,
      commit_sha: current.commit_sha,
      pushed_at: current.pushed_at,
    };
    const young = now < current.created_at + DOUBT_MS;
    if (current.ref !== null && young && isInDoubt(push, recent)) return { writes: [], result: current };
    const order = current.ref === null ? known.next_order : placeOf(push, recent, known.next_order);
    const outcome = transition(current, { type: 'stamped', at: now, order });
    if (outcome.kind !== 'applied') return { writes: [], result: current };
    const next_order = order === known.next_order ? known.next_order + 1 : known.next_order;
    const remembered = [...recent, { ...push, order }].slice(-REMEMBERED_PUSHES);
    const writes: Write[] = [
      { reference: pool, data: { ...known, next_order } },
      { reference: build, data: { order, updated_at: outcome.build.updated_at } },
      ...(current.ref === null ? [] : [{ reference: ref, data: { version: 1, recent: remembered } }]),
      ...groupWrite(group, groupAfter(groupIn(groupDoc), outcome.build), now),
    ];
    return { writes, result: outcome.build };
  });
}

/** Refs hold characters that document ids may not; a hash has none, and a fixed length. */
function refId(build: Build): string {
  return createHash('sha256')
    .update(`${build.repository_id}\u0000${build.image.name}\u0000${build.ref}`)
    .digest('hex');
}
