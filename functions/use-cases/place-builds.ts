import type { Build } from '#core/build.ts';
import { type Group, givesWay } from '#core/groups.ts';
import { areLinked, DOUBT_MS } from '#core/order.ts';
import type { Bus, Clock, CloudBuildCreator, Store } from '#core/ports.ts';
import { runEffects } from './run-effects.ts';

export interface PlaceDeps {
  readonly store: Pick<Store, 'builds' | 'queue'>;
  readonly bus: Bus;
  readonly cloudBuilds: CloudBuildCreator;
  readonly now: Clock;
  /** Names this process among others that may want the lease. */
  readonly holder: string;
}

/** How many new builds get their places in one round, before it gives slots to those that have theirs. */
const PLACED_AT_ONCE = 200;
/** How many groups are looked at side by side, and how many builds of one give way at once. */
const [GROUPS_AT_ONCE, GIVE_WAY_AT_ONCE] = [20, 20];

/** What placing came to. */
export interface Placed {
  /** Whether more builds wait for their places than were looked at. */
  readonly more: boolean;
  /** Which effects could not be done now. */
  readonly failures: unknown[];
}

/** Builds that have no place yet because it is in doubt, by id: for one run, in which nobody else gives places. */
export type Doubts = Map<string, Build>;

/**
 * Gives new builds their places in the order of pushes, and has those give way that a later push of their group
 * cancels. Once it is done, no build that waits or runs is an older one of such a group: whatever a predecessor left
 * undone is done first. Only the lease's holder may.
 */
export async function placeBuilds(deps: PlaceDeps, pool: string, doubts: Doubts): Promise<Placed> {
  const { queue } = deps.store;
  const unplaced = await queue.unplaced(pool, PLACED_AT_ONCE);
  await stampAll(deps, unplaced, doubts);
  const failures: unknown[] = [];
  for (;;) {
    const groups = await queue.unsettled(pool, GROUPS_AT_ONCE);
    const settled = await Promise.all(groups.map((group) => settle(deps, group)));
    failures.push(...settled.flat());
    if (groups.length === 0) return { more: unplaced.length === PLACED_AT_ONCE, failures };
  }
}

/** One whose place was in doubt is tried again where a push that is linked to it got one, and when its time is up. */
async function stampAll(deps: PlaceDeps, unplaced: readonly Build[], doubts: Doubts): Promise<void> {
  const known = new Set(unplaced.map(({ id }) => id));
  for (const id of doubts.keys()) if (!known.has(id)) doubts.delete(id);
  const work = unplaced.filter(
    ({ id, created_at }) => !doubts.has(id) || created_at + DOUBT_MS <= deps.now(),
  );
  for (const build of work) {
    const { order, status } = await deps.store.queue.stamp(build, deps.holder, deps.now());
    if (order === null && status === 'queued') {
      doubts.set(build.id, build);
      continue;
    }
    doubts.delete(build.id);
    for (const other of doubts.values()) {
      if (!areLinked(build, other)) continue;
      doubts.delete(other.id);
      work.push(other); // the loop comes to it
    }
  }
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
