import type { Build } from '#core/build.ts';

/**
 * Which queued builds get the free slots: always one of the team that holds the fewest, and of a team's
 * builds the earliest push. So a team with 200 builds waiting does not make another one wait for all of them.
 *
 * @param active builds that hold a slot now.
 * @param queued builds that wait, each with its place in the order of pushes.
 */
export function chooseNext(active: readonly Build[], queued: readonly Build[], slots: number): Build[] {
  const held = new Map<string, number>();
  for (const build of active) held.set(build.team, (held.get(build.team) ?? 0) + 1);
  const waiting = queued.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
  const chosen: Build[] = [];
  while (chosen.length < slots && waiting.length > 0) {
    const fewest = Math.min(...waiting.map((build) => held.get(build.team) ?? 0));
    const index = waiting.findIndex((build) => (held.get(build.team) ?? 0) === fewest);
    const [next] = waiting.splice(index, 1);
    if (!next) break;
    held.set(next.team, fewest + 1);
    chosen.push(next);
  }
  return chosen;
}
