import type { Tokens } from '#core/ports.ts';
import { type State, step } from './state.ts';

export function memoryTokens(state: State): Tokens {
  return { find: (hash) => step(state, () => state.tokens.get(hash) ?? null) };
}
