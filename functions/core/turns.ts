import type { Build } from './build.ts';
import type { TeamLimits } from './team.ts';

/** Who has what of a pool's slots, from which it follows whose turn it is. */
export interface SlotState {
  /** How many slots each team holds. */
  readonly held: ReadonlyMap<string, number>;
  /** The teams that got a slot lately, the last one last. */
  readonly served: readonly string[];
  /** How many slots a team may hold at most; a team that is not named: all. */
  readonly limits: ReadonlyMap<string, number>;
}

/** How many teams are remembered by when they got their last slot; one that is forgotten counts as never served. */
const REMEMBERED_TEAMS = 500;

/**
 * Gives a pool's slots to teams, one after the other: always to the one that holds the fewest; of those, to
 * the one whose last slot is the longest ago; of those that never had one, to the first of `waiting`. So a team
 * with 200 builds waiting makes no other wait for all of them, also where more teams wait than there are slots.
 * What is not used is shared: nobody waits while a slot is free, unless its team's own limit says so.
 */
export class Turns {
  readonly #held: Map<string, number>;
  readonly #limits: ReadonlyMap<string, number>;
  /** When each team got its last slot: the higher, the later. */
  readonly #served: Map<string, number>;
  #turn: number;

  constructor({ held, served, limits }: SlotState) {
    this.#held = new Map(held);
    this.#limits = limits;
    this.#served = new Map(served.map((team, turn) => [team, turn]));
    this.#turn = served.length;
  }

  /** Whose turn it is, of these teams; undefined where none of them may have a slot now. */
  next(waiting: Iterable<string>): string | undefined {
    let best: string | undefined;
    for (const team of waiting) {
      if (this.#heldBy(team) >= (this.#limits.get(team) ?? Number.POSITIVE_INFINITY)) continue;
      if (best === undefined || this.#isBefore(team, best)) best = team;
    }
    return best;
  }

  take(team: string): void {
    this.#held.set(team, this.#heldBy(team) + 1);
    this.#served.set(team, this.#turn);
    this.#turn += 1;
  }

  giveBack(team: string): void {
    this.#held.set(team, this.#heldBy(team) - 1);
  }

  #heldBy(team: string): number {
    return this.#held.get(team) ?? 0;
  }

  #isBefore(team: string, other: string): boolean {
    const fewer = this.#heldBy(team) - this.#heldBy(other);
    return fewer < 0 || (fewer === 0 && (this.#served.get(team) ?? -1) < (this.#served.get(other) ?? -1));
  }
}

/** The teams that got a slot lately, once these got theirs, in this order. */
export function servedAfter(served: readonly string[], teams: readonly string[]): string[] {
  const latest = teams.toReversed().filter((team, index, all) => all.indexOf(team) === index);
  return [...served.filter((team) => !latest.includes(team)), ...latest.toReversed()].slice(
    -REMEMBERED_TEAMS,
  );
}

/** How many of these builds each team has. */
export function countByTeam(builds: readonly Pick<Build, 'team'>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { team } of builds) counts.set(team, (counts.get(team) ?? 0) + 1);
  return counts;
}

/** What a limit of concurrent builds means to `Turns`: null, as much as there is, is left out. */
export function slotLimits(limits: ReadonlyMap<string, TeamLimits>): Map<string, number> {
  return new Map(
    [...limits].flatMap(([team, { concurrent_builds: most }]) =>
      most === null ? [] : [[team, most] as const],
    ),
  );
}

/**
 * Which queued builds get the free slots: of the team whose turn it is (`Turns`), the earliest push.
 * @param queued builds that wait, each with its place in the order of pushes.
 */
export function chooseNext(state: SlotState, queued: readonly Build[], slots: number): Build[] {
  const sorted = queued.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  const waiting = Map.groupBy(sorted, ({ team }) => team);
  const turns = new Turns(state);
  const chosen: Build[] = [];
  while (chosen.length < slots) {
    const team = turns.next(waiting.keys());
    if (team === undefined) break;
    const [next, ...rest] = waiting.get(team) ?? [];
    if (next !== undefined) {
      turns.take(team);
      chosen.push(next);
    }
    if (rest.length === 0) waiting.delete(team);
    else waiting.set(team, rest);
  }
  return chosen;
}
