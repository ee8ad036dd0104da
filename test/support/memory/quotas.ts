import type { Quotas } from '#core/ports.ts';
import { type State, step } from './state.ts';

export function memoryQuotas(state: State): Quotas {
  return {
    take: (team, day, limit, buildId) =>
      step(state, () => {
        const key = `${day}.${team}`;
        const builds = state.quotas.get(key) ?? new Set();
        if (!builds.has(buildId) && builds.size >= limit) return false;
        state.quotas.set(key, builds.add(buildId));
        return true;
      }),
  };
}
