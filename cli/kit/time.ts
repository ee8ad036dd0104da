import type { Screen } from './screen.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From here on (s) a date says more than a number of days. */
const LONG = 100 * DAY;

/**
 * A time of the API as it is shown: for people as the distance from now, for a pipe as it came (ISO 8601).
 * @param none what stands there where there is none.
 */
export function when(screen: Pick<Screen, 'isTerminal'>, time: string | null, none = 'never'): string {
  if (time === null) return none;
  return screen.isTerminal ? distance(time, Date.now()) : time;
}

/** "5 min ago", "in 89 days"; the date alone where that is far. @param now ms since the epoch. */
export function distance(time: string, now: number): string {
  const seconds = Math.round((now - Date.parse(time)) / 1000);
  const far = Math.abs(seconds);
  if (far >= LONG) return time.slice(0, 10);
  if (far < 5) return 'just now';
  const text = lasting(far);
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** A length of time (s) in the largest unit that it has one of. */
export function lasting(seconds: number): string {
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h`;
  const days = Math.floor(seconds / DAY);
  return days === 1 ? '1 day' : `${days} days`;
}
