import { type SlotState, Turns } from './turns.ts';

/** A pool as it stands: who has its slots, and who waits for one. */
export interface PoolNow extends Omit<SlotState, 'held'> {
  readonly now: number;
  /** How many builds may hold a slot at once. */
  readonly capacity: number;
  /** How long a build usually holds its slot (ms). */
  readonly buildMs: number;
  readonly running: readonly { readonly team: string; readonly since: number }[];
  /** How many builds of each team wait; the team whose first build has the earliest place comes first. */
  readonly waiting: readonly { readonly team: string; readonly count: number }[];
}

/** When a build that waits will start, as far as can be known. */
export interface Turn {
  /** The how manieth it is of all that wait in the pool, from 1. */
  readonly position: number;
  readonly startsAt: number;
}

/** A pool with more builds waiting is not looked at further. */
const FARTHEST = 20_000;

/**
 * When the first builds of a team will start: the queue played forward, by the rule by which `submit` gives
 * slots away, with every build taking as long as is usual. It is right to the extent that they do, and that
 * nobody comes, or leaves the queue, in between.
 *
 * @param most how many of the team's builds are asked for.
 * @returns one for each, in the order in which they start; fewer where they are too far away to be seen.
 */
export function forecast(pool: PoolNow, team: string, most: number): Turn[] {
  const { now, buildMs } = pool;
  const waiting = new Map(pool.waiting.filter(({ count }) => count > 0).map((one) => [one.team, one.count]));
  const wanted = Math.min(most, waiting.get(team) ?? 0);
  // What runs for longer than is usual is about to end.
  const running = pool.running.map((build) => ({ ...build, endsAt: Math.max(now, build.since + buildMs) }));
  const held = new Map<string, number>();
  for (const build of running) held.set(build.team, (held.get(build.team) ?? 0) + 1);
  const turns = new Turns({ ...pool, held });
  const found: Turn[] = [];
  let at = now;
  for (let position = 1; position <= FARTHEST && found.length < wanted; ) {
    const next = running.length < pool.capacity ? turns.next(waiting.keys()) : undefined;
    if (next === undefined) {
      const [first] = running.toSorted((a, b) => a.endsAt - b.endsAt || a.since - b.since);
      if (first === undefined) break; // a team that may hold nothing, or a pool of none
      running.splice(running.indexOf(first), 1);
      turns.giveBack(first.team);
      at = Math.max(at, first.endsAt);
      continue;
    }
    turns.take(next);
    running.push({ team: next, since: at, endsAt: at + buildMs });
    const left = (waiting.get(next) ?? 0) - 1;
    if (left > 0) waiting.set(next, left);
    else waiting.delete(next);
    if (next === team) found.push({ position, startsAt: at });
    position += 1;
  }
  return found;
}
