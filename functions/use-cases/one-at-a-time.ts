/**
 * Runs a piece of work one at a time. Whoever asks while it runs is served by one more run after it, together
 * with all others who asked meanwhile: a burst of wake-ups costs two runs, and none of them is lost.
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const start = (): Promise<void> => {
    const run = work().finally(() => {
      if (running === run) running = null;
    });
    running = run;
    return run;
  };
  return () => {
    if (next !== null) return next;
    if (running === null) return start();
    next = running
      .catch(() => undefined) // whoever asked for that run is told; this is about the one after it
      .then(() => {
        next = null;
        return start();
      });
    return next;
  };
}
