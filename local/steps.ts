/** Does a part of a start, and says what it was and how long it took. */
export async function step<T>(log: (line: string) => void, what: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const result = await work();
  log(`  ${what.padEnd(24)} ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/** Waits for all, also where one fails: nothing may still be starting when the stack is taken down. */
export async function settled<T extends readonly Promise<unknown>[]>(...parts: T) {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

/** The record with each value changed, all at once. */
export async function mapValues<T>(
  record: Readonly<Record<string, T>>,
  change: (key: string, value: T) => Promise<T>,
): Promise<Record<string, T>> {
  const entries = Object.entries(record).map(
    async ([key, value]) => [key, await change(key, value)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
