import type { Build } from '#core/build.ts';
import type { HourOfBuilds } from '#core/build-stats.ts';
import type { Group } from '#core/groups.ts';

/** What is remembered of a pool, beside its builds. */
export interface PoolState {
  /** The teams that got a slot lately, the last one last (`servedAfter`). */
  readonly served: readonly string[];
  /** How long a build usually holds its slot (ms); null: none ended yet. */
  readonly usualMs: number | null;
}

/** A pool at a glance; `oldestQueuedAt` (ms since the epoch) is null where nothing waits. */
export interface QueueDepth {
  readonly queued: number;
  readonly running: number;
  readonly oldestQueuedAt: number | null;
}

export interface Queue {
  /** Takes or renews the lease of a pool; false where another holder has it. */
  lease(pool: string, holder: string, now: number, ttlMs: number): Promise<boolean>;
  release(pool: string, holder: string): Promise<void>;
  state(pool: string): Promise<PoolState>;
  /** Queued builds that have no place in the order of pushes yet, oldest push first. */
  unplaced(pool: string, limit: number): Promise<Build[]>;
  /**
   * Of each team that has builds waiting in their places, the first ones that may start; of a team these many at
   * most.
   * @param mayStart of a build and those that were found of its team so far; those that may not hide no other.
   */
  firstOfTeams(
    pool: string,
    perTeam: number,
    mayStart: (build: Build, before: readonly Build[]) => boolean,
  ): Promise<Build[]>;
  /** A team's queued builds, in their places, up to a limit; those without one yet come first. */
  ofTeam(pool: string, team: string, limit: number): Promise<Build[]>;
  /** How many builds wait and hold slots, and since when the first of those that wait does. */
  depth(pool: string): Promise<QueueDepth>;
  /** How many builds of a team are queued. */
  count(pool: string, team: string): Promise<number>;
  /**
   * Gives a build its place in the order of pushes of its ref (`placeOf`), and its group the mark that follows from
   * it (`groupAfter`), in one atomic step; only the lease's holder may. One that came less than `DOUBT_MS` ago and
   * whose place is in doubt (`isInDoubt`) gets none yet.
   */
  stamp(build: Build, holder: string, now: number): Promise<Build>;
  /** Groups of the pool with builds that may have to give way. */
  unsettled(pool: string, limit: number): Promise<Group[]>;
  /** Takes the mark away that a group had when it was read; one that came since stays. */
  settle(group: Group): Promise<void>;
  /**
   * Gives queued builds their slots, in one atomic step, and remembers whose turn it was; only the lease's
   * holder may, so that one that stalled past its lease does not fill the pool twice. Those that left the queue
   * meanwhile are left out.
   */
  claim(pool: string, builds: readonly Build[], holder: string, now: number): Promise<Build[]>;
  /** The place just after every push that was stamped so far, and before the next one. */
  placeOfNow(pool: string): Promise<number>;
}

/** What became of builds, counted when they ended. */
export interface Stats {
  /**
   * Counts builds of a pool that ended, each exactly once, whoever dies when; only the lease's holder may.
   * @returns how many it counted; where it is `limit`, there may be more.
   */
  count(pool: string, holder: string, limit: number): Promise<number>;
  /** Whether a build of the pool that ended before `before` is not counted yet. */
  owed(pool: string, before: number): Promise<boolean>;
  /** A team's hours that begin at `since` or later, the earliest first; those in which nothing ended are left out. */
  hours(team: string, since: number): Promise<HourOfBuilds[]>;
}
