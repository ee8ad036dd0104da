/**
 * Resolves at the first Ctrl-C or SIGTERM, or when the process that started us is gone. Later ones are taken and
 * do nothing: what was started is being ended.
 */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    process.once('disconnect', () => resolve());
  });
}

/** Ends the process over something that a person has to see: what, why, and no stack of ours. */
export function explain(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
