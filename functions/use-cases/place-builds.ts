import type { Build } from '#core/build.ts';
import { type Group, givesWay } from '#core/groups.ts';
import type { Bus, Clock, CloudBuilds, Store } from '#core/ports.ts';
import { runEffects } from './run-effects.ts';

export interface PlaceDeps {
  readonly store: Pick<Store, 'builds' | 'queue'>;
  readonly bus: Bus;
  readonly cloudBuilds: CloudBuilds;
  readonly now: Clock;
  /** Names this process among others that may want the lease. */
  readonly holder: string;
}

/** How many new builds get their places in one round, before it gives slots to those that have theirs. */
const PLACED_AT_ONCE = 200;
/** How many groups are looked at side by side, and how many builds of one give way at once. */
const [GROUPS_AT_ONCE, GIVE_WAY_AT_ONCE] = [20, 20];

/** How often those in doubt are tried again in one round, since others got their places meanwhile. */
const MOST_PASSES = 4;

/** What placing came to. */
export interface Placed {
  /** Whether more builds wait for their places than were looked at. */
  readonly more: boolean;
  /** How many have none yet because it is in doubt: to be looked at again soon. */
  readonly inDoubt: number;
  /** Which effects could not be done now. */
  readonly failures: unknown[];
}

/**
 * Gives new builds their places in the order of pushes, and has those give way that a later push of their group
 * cancels. Once it is done, no build that waits or runs is an older one of such a group: whatever a predecessor left
 * undone is done first. Only the lease's holder may.
 */
export async function placeBuilds(deps: PlaceDeps, pool: string): Promise<Placed> {
  const { queue } = deps.store;
  const unplaced = await queue.unplaced(pool, PLACED_AT_ONCE);
  const inDoubt = await stampAll(deps, unplaced);
  const failures: unknown[] = [];
  for (;;) {
    const groups = await queue.unsettled(pool, GROUPS_AT_ONCE);
    const settled = await Promise.all(groups.map((group) => settle(deps, group)));
    failures.push(...settled.flat());
    if (groups.length === 0) return { more: unplaced.length === PLACED_AT_ONCE, inDoubt, failures };
  }
}

/** Stamps builds; one whose place is in doubt again, once others have theirs. @returns how many have none yet. */
async function stampAll(deps: PlaceDeps, builds: readonly Build[]): Promise<number> {
  let left = builds;
  for (let pass = 0; pass < MOST_PASSES && left.length > 0; pass++) {
    const inDoubt: Build[] = [];
    for (const build of left) {
      const { order, status } = await deps.store.queue.stamp(build, deps.holder, deps.now());
      if (order === null && status === 'queued') inDoubt.push(build);
    }
    if (inDoubt.length === left.length) break;
    left = inDoubt;
  }
  return left.length;
}

/**
 * Has the older builds of a group give way to its latest push. The documents come first, all of them: what is owed
 * for them, the end of their Cloud Builds, may fail and is left to `sweep` then.
 * @returns what failed so.
 */
async function settle(deps: PlaceDeps, group: Group): Promise<unknown[]> {
  const { builds, queue } = deps.store;
  const failures: unknown[] = [];
  const event = { type: 'superseded', by: group.latest.build_id } as const;
  let before: number | null = group.latest.order;
  while (before !== null) {
    const open: Build[] = await builds.openOfGroup(group.id, before, GIVE_WAY_AT_ONCE);
    const older = open.filter((build) => givesWay(group, build));
    const results = await Promise.all(older.map(({ id }) => builds.apply(id, { ...event, at: deps.now() })));
    const owing = results.filter(({ outcome }) => outcome.kind === 'applied');
    const done = await Promise.allSettled(owing.map(({ build }) => runEffects(deps, build)));
    failures.push(...done.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
    before = open.length === GIVE_WAY_AT_ONCE ? (open.at(-1)?.order ?? null) : null;
  }
  await queue.settle(group);
  return failures;
}
