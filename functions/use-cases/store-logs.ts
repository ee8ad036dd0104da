import type { LogChunk } from '#core/events.ts';
import type { Clock, Store } from '#core/ports.ts';

/** Keeps a log chunk; a doubled one changes nothing. */
export async function storeLogs(
  deps: { store: Pick<Store, 'logs'>; now: Clock },
  chunk: LogChunk,
): Promise<void> {
  await deps.store.logs.create(chunk, deps.now());
}
