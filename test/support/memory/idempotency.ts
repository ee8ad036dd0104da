import { IDEMPOTENCY_MS } from '#core/idempotency.ts';
import type { IdempotencyKeys } from '#core/ports.ts';
import { type State, step } from './state.ts';

export function memoryIdempotency(state: State): IdempotencyKeys {
  return {
    begin: (id, request_hash, now) =>
      step(state, () => {
        const known = state.keyUses.get(id);
        if (known && known.started_at + IDEMPOTENCY_MS > now) return known;
        const use = { version: 1, request_hash, started_at: now, answer: null } as const;
        state.keyUses.set(id, use);
        return use;
      }),
    finish: (id, startedAt, answer) =>
      step(state, () => {
        const known = state.keyUses.get(id);
        if (known?.started_at !== startedAt) return answer;
        if (known.answer !== null) return known.answer;
        state.keyUses.set(id, { ...known, answer });
        return answer;
      }),
  };
}
