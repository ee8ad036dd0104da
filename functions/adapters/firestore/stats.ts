import { FieldValue, type Firestore, Timestamp } from '@google-cloud/firestore';
import { Build } from '#core/build.ts';
import { HourOfBuilds, hourOf, usualAfter, withBuild } from '#core/build-stats.ts';
import { RETENTION_MS } from '#core/delivery.ts';
import type { Stats } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet, type Write } from './compare-and-set.ts';
import { guarded, parseDocument } from './documents.ts';
import { heldPool } from './pool.ts';

/** The mark of a build that ended and is not counted (`buildDocument` in builds.ts). */
const UNCOUNTED = 'uncounted';

/** The hours of teams. Only the holder of a pool's lease writes them, so nobody waits for anybody. */
export function firestoreStats(firestore: Firestore): Stats {
  const builds = firestore.collection(COLLECTIONS.builds);
  const hours = firestore.collection(COLLECTIONS.hours);
  const uncounted = (pool: string) => builds.where('pool', '==', pool).where(UNCOUNTED, '==', true);
  return {
    count: async (pool, holder, limit) => {
      const query = uncounted(pool).orderBy('finished_at').limit(limit);
      const { docs } = await guarded(() => query.get());
      if (docs.length > 0) {
        const ended = docs.map((doc) => Build.parse(doc.data()));
        await count(firestore, pool, holder, ended);
      }
      return docs.length;
    },
    owed: async (pool, before) => {
      const query = uncounted(pool).where('finished_at', '<', before).orderBy('finished_at').limit(1);
      return !(await guarded(() => query.get())).empty;
    },
    hours: (team, since) =>
      guarded(async () => {
        const found = await hours.where('team', '==', team).where('hour', '>=', since).orderBy('hour').get();
        return found.docs.map((doc) => HourOfBuilds.parse(doc.data()));
      }),
  };
}

/**
 * The hours and the marks change in one commit: so a build is counted once, also where the answer is lost and it
 * is tried again. The pool is written too: so a holder that lost the lease counts nothing.
 */
function count(firestore: Firestore, name: string, holder: string, ended: readonly Build[]): Promise<void> {
  const pool = firestore.collection(COLLECTIONS.pools).doc(name);
  const ids = [...new Set(ended.map(hourId))];
  const hours = ids.map((id) => firestore.collection(COLLECTIONS.hours).doc(id));
  const builds = ended.map(({ id }) => firestore.collection(COLLECTIONS.builds).doc(id));
  return compareAndSet(firestore, [pool, ...hours, ...builds], ([poolDoc, ...found]) => {
    const known = heldPool(poolDoc, holder);
    const counts = new Map<string, HourOfBuilds | null>();
    for (const [index, id] of ids.entries()) {
      const document = found[index];
      counts.set(id, document ? parseDocument(HourOfBuilds, document) : null);
    }
    const marked = found.slice(ids.length).filter((snapshot) => snapshot.get(UNCOUNTED) === true);
    let usual_ms = known.usual_ms;
    for (const snapshot of marked) {
      const build = Build.parse(snapshot.data());
      counts.set(hourId(build), withBuild(counts.get(hourId(build)) ?? null, build));
      usual_ms = usualAfter(usual_ms, build);
    }
    const writes: Write[] = [
      { reference: pool, data: { ...known, usual_ms } },
      ...marked.map(({ ref }) => ({ reference: ref, data: { [UNCOUNTED]: FieldValue.delete() } })),
      ...hours.flatMap((reference) => {
        const hour = counts.get(reference.id);
        const expire_at = hour && Timestamp.fromMillis(hour.hour + RETENTION_MS);
        return hour ? [{ reference, data: { ...hour, expire_at } }] : [];
      }),
    ];
    return { writes: marked.length === 0 ? [] : writes, result: undefined };
  });
}

const hourId = (build: Build): string => `${build.team}.${hourOf(build)}`;
