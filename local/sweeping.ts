import { setInterval } from 'node:timers';

/** Cloud Scheduler's place: calls `sweep` again and again. @returns what ends it. */
export function startSweeping(url: string, everyMs: number): () => Promise<void> {
  const sweep = () =>
    fetch(url, { method: 'POST', signal: AbortSignal.timeout(everyMs) }).then((response) => response.text());
  // A sweep that fails is logged by the function itself; the next one comes anyway.
  const timer = setInterval(() => void sweep().catch(() => undefined), everyMs);
  return async () => clearInterval(timer);
}
