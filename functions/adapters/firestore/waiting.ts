import type { Firestore, Query } from '@google-cloud/firestore';
import { Build, SLOT_STATES } from '#core/build.ts';
import type { QueueDepth } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { guarded } from './documents.ts';

/** Queued builds without a place. */
export async function unplaced(firestore: Firestore, pool: string, limit: number): Promise<Build[]> {
  const found = queued(firestore, pool).where('order', '==', null).orderBy('pushed_at').limit(limit);
  return guarded(async () => (await found.get()).docs.map((doc) => Build.parse(doc.data())));
}

/** How many are read in one go at most, where those that were read may not start. */
const MOST_IN_A_PAGE = 200;

/**
 * The first builds of each team, by a skip scan: the index has the teams one after the other, and where enough
 * of one was read, the next page begins behind all that is left of it. So what is read grows with the number of
 * teams that wait, not with the number of builds. Only what may not start yet is read through, in larger pages.
 */
export async function firstOfTeams(
  firestore: Firestore,
  pool: string,
  perTeam: number,
  mayStart: (build: Build, before: readonly Build[]) => boolean,
): Promise<Build[]> {
  const ordered = queued(firestore, pool).orderBy('team').orderBy('order');
  const first = new Map<string, Build[]>();
  let next: Query | null = ordered;
  let size = perTeam;
  while (next !== null) {
    const page: Query = next.limit(size);
    const { docs } = await guarded(() => page.get());
    let found = false;
    for (const doc of docs) {
      const build = Build.parse(doc.data());
      const ofTeam = first.get(build.team) ?? [];
      // one that came just now has no place yet; its own wake-up is on its way
      if (build.order === null || ofTeam.length === perTeam || !mayStart(build, ofTeam)) continue;
      first.set(build.team, [...ofTeam, build]);
      found = true;
    }
    const last = docs.at(-1);
    if (last === undefined || docs.length < size) next = null;
    else {
      const { team } = Build.parse(last.data());
      const enough = first.get(team)?.length === perTeam;
      next = enough ? ordered.startAfter(team, Number.POSITIVE_INFINITY) : ordered.startAfter(last);
    }
    size = found ? perTeam : Math.max(perTeam, Math.min(2 * size, MOST_IN_A_PAGE));
  }
  return [...first.values()].flat();
}

/** A team's queued builds; the index puts those without a place first. */
export async function ofTeam(
  firestore: Firestore,
  pool: string,
  team: string,
  limit: number,
): Promise<Build[]> {
  const found = queued(firestore, pool).where('team', '==', team).orderBy('order').limit(limit);
  return guarded(async () => (await found.get()).docs.map((doc) => Build.parse(doc.data())));
}

/** Counted by the index: no document is read. */
export async function countOfTeam(firestore: Firestore, pool: string, team: string): Promise<number> {
  const counted = queued(firestore, pool).where('team', '==', team).orderBy('order').count();
  return guarded(async () => (await counted.get()).data().count);
}

/** Two counts and one document, however many builds there are. */
export async function depthOf(firestore: Firestore, pool: string): Promise<QueueDepth> {
  const waiting = queued(firestore, pool).orderBy('queued_at');
  const inPool = firestore.collection(COLLECTIONS.builds).where('pool', '==', pool);
  const active = inPool.where('status', 'in', SLOT_STATES).orderBy('pushed_at');
  return guarded(async () => {
    const [first, waits, runs] = await Promise.all([
      waiting.limit(1).get(),
      waiting.count().get(),
      active.count().get(),
    ]);
    const oldest = first.docs.map((doc) => Build.parse(doc.data()).queued_at);
    return { queued: waits.data().count, running: runs.data().count, oldestQueuedAt: oldest[0] ?? null };
  });
}

function queued(firestore: Firestore, pool: string): Query {
  return firestore.collection(COLLECTIONS.builds).where('pool', '==', pool).where('status', '==', 'queued');
}
