import type { Schedule } from '../schedule.ts';

/** Smaller schedules than a given one, the most different first: without a kind of faults, without one thing. */
export function smallerThan(schedule: Schedule): Schedule[] {
  const lists = ['calls', 'messages', 'cancels', 'builders'] as const;
  const emptied = lists
    .filter((list) => schedule[list].length > 0)
    .map((list) => ({ ...schedule, [list]: [] }));
  const single = [
    ...schedule.actions.map((_, index) => ({ ...schedule, actions: without(schedule.actions, index) })),
    ...schedule.calls.map((_, index) => ({ ...schedule, calls: without(schedule.calls, index) })),
    ...schedule.messages.map((_, index) => ({ ...schedule, messages: without(schedule.messages, index) })),
  ];
  return [...emptied, ...single].filter(({ actions }) => actions.length > 0);
}

function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, at) => at !== index);
}
