import type { Screen } from './screen.ts';
import { ago } from './times.ts';

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/**
 * A time of the API as it is shown: for people as the distance from now, for a pipe as it came (ISO 8601).
 * @param none what stands there where there is none.
 */
export function when(screen: Pick<Screen, 'isTerminal'>, time: string | null, none = 'never'): string {
  if (time === null) return none;
  if (!screen.isTerminal) return time;
  const now = Date.now();
  return Date.parse(time) <= now ? ago(time, now) : ahead(time, now);
}

/** How far ahead a time is: `in 45m`, `in 3h`, `in 89d`; the date where that is half a year and more. */
export function ahead(iso: string, now: number): string {
  const seconds = Math.ceil((Date.parse(iso) - now) / 1000);
  if (seconds < HOUR_S) return `in ${Math.ceil(seconds / 60)}m`;
  if (seconds < 2 * DAY_S) return `in ${Math.floor(seconds / HOUR_S)}h`;
  return seconds < 180 * DAY_S ? `in ${Math.floor(seconds / DAY_S)}d` : iso.slice(0, 10);
}
