import type { Firestore, Query } from '@google-cloud/firestore';
import { Build } from '#core/build.ts';
import { COLLECTIONS } from './collections.ts';
import { guarded } from './documents.ts';

/** Queued builds without a place. */
export async function unplaced(firestore: Firestore, pool: string, limit: number): Promise<Build[]> {
  const found = queued(firestore, pool).where('order', '==', null).orderBy('pushed_at').limit(limit);
  return guarded(async () => (await found.get()).docs.map((doc) => Build.parse(doc.data())));
}

/**
 * The first builds of each team, by a skip scan: the index has the teams one after the other, and where enough
 * of one was read, the next page begins behind all that is left of it. So what is read grows with the number of
 * teams that wait, not with the number of builds.
 */
export async function firstOfTeams(firestore: Firestore, pool: string, perTeam: number): Promise<Build[]> {
  const ordered = queued(firestore, pool).orderBy('team').orderBy('order');
  const first = new Map<string, Build[]>();
  let next: Query | null = ordered;
  while (next !== null) {
    const page: Query = next;
    const { docs } = await guarded(() => page.limit(perTeam).get());
    for (const doc of docs) {
      const build = Build.parse(doc.data());
      const ofTeam = first.get(build.team) ?? [];
      // one that came just now has no place yet; its own wake-up is on its way
      if (build.order !== null && ofTeam.length < perTeam) first.set(build.team, [...ofTeam, build]);
    }
    const last = docs.at(-1);
    if (last === undefined || docs.length < perTeam) next = null;
    else {
      const { team } = Build.parse(last.data());
      const enough = first.get(team)?.length === perTeam;
      next = enough ? ordered.startAfter(team, Number.POSITIVE_INFINITY) : ordered.startAfter(last);
    }
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

function queued(firestore: Firestore, pool: string): Query {
  return firestore.collection(COLLECTIONS.builds).where('pool', '==', pool).where('status', '==', 'queued');
}
