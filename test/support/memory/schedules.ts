import type { Schedules } from '#core/ports.ts';
import { ScheduleBook } from '#core/schedules.ts';
import { type State, step } from './state.ts';

export function memorySchedules(state: State): Schedules {
  const { schedules: books } = state;
  return {
    get: (connectionId) => step(state, () => books.get(connectionId) ?? null),
    change: (connectionId, decide) =>
      step(state, () => {
        const next = decide(structuredClone(books.get(connectionId) ?? null));
        if (next === null) books.delete(connectionId);
        else books.set(connectionId, ScheduleBook.parse(next));
        return next;
      }),
    due: (now, limit) =>
      step(state, () =>
        [...books.values()]
          .filter(({ next_at }) => next_at <= now)
          .toSorted((a, b) => a.next_at - b.next_at)
          .slice(0, limit),
      ),
  };
}
