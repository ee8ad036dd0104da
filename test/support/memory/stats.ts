import { hourOf, usualAfter, withBuild } from '#core/build-stats.ts';
import type { Stats } from '#core/ports.ts';
import { heldPool } from './queue.ts';
import { type State, step } from './state.ts';

export function memoryStats(state: State): Stats {
  const uncounted = (pool: string) =>
    [...state.uncounted]
      .flatMap((id) => state.builds.get(id) ?? [])
      .filter((build) => build.pool === pool)
      .toSorted((a, b) => (a.finished_at ?? 0) - (b.finished_at ?? 0));
  return {
    count: (pool, holder, limit) =>
      step(state, () => {
        const builds = uncounted(pool).slice(0, limit);
        if (builds.length === 0) return 0;
        const known = heldPool(state, pool, holder);
        let { usualMs } = known;
        for (const build of builds) {
          const id = `${build.team}.${hourOf(build)}`;
          state.hours.set(id, withBuild(state.hours.get(id) ?? null, build));
          state.uncounted.delete(build.id);
          usualMs = usualAfter(usualMs, build);
        }
        state.pools.set(pool, { ...known, usualMs });
        return builds.length;
      }),
    owed: (pool, before) =>
      step(state, () => uncounted(pool).some(({ finished_at: at }) => at !== null && at < before)),
    hours: (team, since) =>
      step(state, () =>
        [...state.hours.values()]
          .filter((hour) => hour.team === team && hour.hour >= since)
          .toSorted((a, b) => a.hour - b.hour),
      ),
  };
}
