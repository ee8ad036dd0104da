import { type Build, SLOT_STATES } from '#core/build.ts';
import { HOUR_MS, summarize, type WindowOfBuilds, windowStart } from '#core/build-stats.ts';
import { forecast } from '#core/forecast.ts';
import type { Clock, Store } from '#core/ports.ts';
import { slotLimits } from '#core/turns.ts';
import { limitsOf } from './limits-of.ts';

export interface QueueStatsDeps {
  readonly store: Pick<Store, 'builds' | 'queue' | 'stats' | 'teams'>;
  readonly now: Clock;
  /** How many builds of the pool run at once. */
  readonly capacity: number;
}

/** A queued build, and when it will start: null where that is too far away to be told. */
export interface QueuedBuild {
  readonly id: string;
  readonly position: number | null;
  /** In ms from now; null also where no build ended yet, from which it could be known how long they take. */
  readonly expectedWaitMs: number | null;
}

/** The queue as a team sees it. */
export interface QueueStats {
  readonly queued: number;
  readonly running: number;
  readonly capacity: number;
  /** The team's queued builds in the order in which they will start; `MOST_LISTED` at most. */
  readonly builds: readonly QueuedBuild[];
  readonly pool: { readonly queued: number; readonly running: number };
  readonly lastHour: WindowOfBuilds;
  readonly lastDay: WindowOfBuilds;
}

/** More builds of a team than these are counted, and not listed. */
const MOST_LISTED = 100;
/** More than a pool has slots. */
const ALL_ACTIVE = 200;
/** Played forward with, where nothing is known of how long builds take: positions hardly depend on it. */
const SOME_TIME_MS = 120_000;

/**
 * How the queue stands for a team. What is read grows with the slots of the pool and the teams that wait, and
 * not with the builds that there are.
 */
export async function queueStats(deps: QueueStatsDeps, pool: string, team: string): Promise<QueueStats> {
  const { builds, queue, stats, teams } = deps.store;
  const now = deps.now();
  const day = windowStart(now, 24 * HOUR_MS);
  const [active, heads, own, ownCount, state, hours] = await Promise.all([
    builds.inStates(pool, SLOT_STATES, ALL_ACTIVE),
    queue.firstOfTeams(pool, 1, () => true),
    queue.ofTeam(pool, team, MOST_LISTED),
    queue.count(pool, team),
    queue.state(pool),
    stats.hours(team, day - (day % HOUR_MS)),
  ]);
  const others = heads.toSorted(byPlace).map((head) => head.team);
  // builds that came just now have no place yet, and may be the only ones of their team
  const waitingTeams = others.includes(team) ? others : [...others, team];
  const [counts, limits] = await Promise.all([
    Promise.all(waitingTeams.map((one) => (one === team ? ownCount : queue.count(pool, one)))),
    limitsOf(teams, waitingTeams),
  ]);
  const waiting = waitingTeams.map((one, index) => ({ team: one, count: counts[index] ?? 0 }));
  const running = active.map((build) => ({ team: build.team, since: build.submitting_at ?? now }));
  const { served, usualMs } = state;
  const rules = { served, limits: slotLimits(limits), capacity: deps.capacity };
  const turns = forecast(
    { ...rules, now, buildMs: usualMs ?? SOME_TIME_MS, running, waiting },
    team,
    own.length,
  );
  return {
    queued: ownCount,
    running: active.filter((build) => build.team === team).length,
    capacity: deps.capacity,
    builds: own.toSorted(byPlace).map(({ id }, index) => {
      const turn = turns[index];
      const expectedWaitMs = turn && usualMs !== null ? turn.startsAt - now : null;
      return { id, position: turn?.position ?? null, expectedWaitMs };
    }),
    pool: { queued: waiting.reduce((sum, { count }) => sum + count, 0), running: active.length },
    lastHour: summarize(hours, windowStart(now, HOUR_MS)),
    lastDay: summarize(hours, day),
  };
}

/** By place; those that have none yet come last, the earliest push first. */
function byPlace(a: Build, b: Build): number {
  if (a.order === null || b.order === null)
    return Number(a.order === null) - Number(b.order === null) || a.pushed_at - b.pushed_at;
  return a.order - b.order;
}
