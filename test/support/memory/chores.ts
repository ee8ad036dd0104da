import type { Chores } from '#core/ports.ts';
import { type State, step } from './state.ts';

export function memoryChores(state: State): Chores {
  return {
    takeTurn: (name, now, everyMs) =>
      step(state, () => {
        const last = state.chores.get(name);
        if (last !== undefined && now - last < everyMs) return false;
        state.chores.set(name, now);
        return true;
      }),
  };
}
