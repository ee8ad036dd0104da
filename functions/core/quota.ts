const DAY_MS = 24 * 3600 * 1000;

/** The day of a time (ms since the epoch), as quotas name it: `YYYY-MM-DD`, UTC. */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** How long a day goes on (s, rounded up). */
export function restOfDayS(now: number): number {
  return Math.ceil((DAY_MS - (now % DAY_MS)) / 1000);
}
