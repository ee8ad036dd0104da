import { LogChunk } from '#core/events.ts';
import type { Logs } from '#core/ports.ts';
import { createIn, type State, step } from './state.ts';

export function memoryLogs(state: State): Logs {
  const idOf = (buildId: string, attempt: number, chunk: number) => JSON.stringify([buildId, attempt, chunk]);
  return {
    create: (chunk) =>
      step(state, () =>
        createIn(state.chunks, idOf(chunk.build_id, chunk.attempt, chunk.chunk), LogChunk.parse(chunk)),
      ),
    read: (buildId, attempt, first, limit) =>
      step(state, () =>
        [...state.chunks.values()]
          .filter((chunk) => chunk.build_id === buildId && chunk.attempt === attempt && chunk.chunk >= first)
          .toSorted((a, b) => a.chunk - b.chunk)
          .slice(0, limit),
      ),
    wait: async (buildId, attempt, first, since, ms) => {
      const isOver = () =>
        state.chunks.has(idOf(buildId, attempt, first)) ||
        (state.builds.get(buildId)?.updated_at ?? 0) > since;
      if ((await step(state, isOver)) || ms <= 0) return;
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer);
          state.watchers.delete(look);
          resolve();
        };
        const look = () => {
          if (isOver()) end();
        };
        const timer = setTimeout(end, ms);
        state.watchers.add(look);
        look();
      });
    },
  };
}
