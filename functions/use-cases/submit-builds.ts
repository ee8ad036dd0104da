import { type Build, SLOT_STATES } from '#core/build.ts';
import { TransientError } from '#core/errors.ts';
import { mayStart } from '#core/groups.ts';
import type { Clock, Store } from '#core/ports.ts';
import { chooseNext, countByTeam, slotLimits } from '#core/turns.ts';
import { limitsOf } from './limits-of.ts';
import { type Doubts, type PlaceDeps, placeBuilds } from './place-builds.ts';
import { resumeBuild, type StartDeps, startBuild } from './start-build.ts';

export interface SubmitDeps extends PlaceDeps, StartDeps {
  readonly store: Pick<Store, 'builds' | 'queue' | 'stats' | 'teams'>;
  readonly now: Clock;
  /** How many Cloud Builds of the pool run at once. */
  readonly capacity: number;
  readonly leaseMs: number;
  /** Resolves after so many ms. */
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** More than a pool has slots. */
const ALL_ACTIVE = 200;

/** How soon a push whose place is in doubt is looked at again (ms). */
const DOUBT_PAUSE_MS = 250;

/** How many builds that ended are counted in one step. */
const COUNTED_AT_ONCE = 50;

/**
 * Works the queue of a pool until nothing more can be started: gives new builds their place in the order of
 * pushes, has older ones of their groups give way, claims as many as there are slots, and creates their Cloud Builds
 * side by side. Then it counts the builds that ended: nobody waits for that, and alone it has the counters to itself.
 *
 * Runs alone under a lease. Throws TransientError where another has it: the message comes again, so a build
 * that was created while the other finished its last look is not left behind.
 */
export async function submitBuilds(deps: SubmitDeps, pool: string): Promise<void> {
  if (!(await deps.store.queue.lease(pool, deps.holder, deps.now(), deps.leaseMs))) {
    throw new TransientError(`another submitter holds the lease of pool ${pool}`);
  }
  const doubts: Doubts = new Map();
  try {
    for (;;) {
      const next = await round(deps, pool, doubts);
      if (next === 'done') break;
      if (next === 'soon') await deps.sleep(DOUBT_PAUSE_MS);
      if (!(await deps.store.queue.lease(pool, deps.holder, deps.now(), deps.leaseMs))) return;
    }
    let counted: number;
    do counted = await deps.store.stats.count(pool, deps.holder, COUNTED_AT_ONCE);
    while (counted === COUNTED_AT_ONCE);
  } finally {
    await deps.store.queue.release(pool, deps.holder);
  }
}

/** One look at the queue. @returns whether another is worth it: something was started, or there is more to place. */
async function round(deps: SubmitDeps, pool: string, doubts: Doubts): Promise<'now' | 'soon' | 'done'> {
  const { more, failures } = await placeBuilds(deps, pool, doubts);
  const active = await deps.store.builds.inStates(pool, SLOT_STATES, ALL_ACTIVE);
  // Alone under the lease, so a build found in `submitting` is one whose submitter died or lost its answer.
  const orphans = active.filter((build) => build.status === 'submitting');
  const next = await choose(deps, pool, active);
  const ready = next.length === 0 ? [] : await deps.store.queue.claim(pool, next, deps.holder, deps.now());
  const results = await Promise.allSettled([
    ...orphans.map((build) => resumeBuild(deps, build)),
    ...ready.map((build) => startBuild(deps, build)),
  ]);
  for (const result of results) if (result.status === 'rejected') failures.push(result.reason);
  if (failures.length > 0) throw failures[0];
  if (ready.length > 0) return 'now';
  if (doubts.size > 0) return 'soon';
  return more ? 'now' : 'done';
}

/**
 * The builds that get the free slots. Every team that waits is looked at, however much another one has waiting:
 * of each, as many builds as there are slots, without those whose groups have no room for them.
 */
async function choose(deps: SubmitDeps, pool: string, active: readonly Build[]): Promise<Build[]> {
  const slots = deps.capacity - active.length;
  if (slots <= 0) return [];
  const queued = await deps.store.queue.firstOfTeams(pool, slots, (build, before) =>
    mayStart(build, [...active, ...before]),
  );
  if (queued.length === 0) return [];
  const [{ served }, limits] = await Promise.all([
    deps.store.queue.state(pool),
    limitsOf(deps.store.teams, new Set(queued.map(({ team }) => team))),
  ]);
  return chooseNext({ held: countByTeam(active), served, limits: slotLimits(limits) }, queued, slots);
}
