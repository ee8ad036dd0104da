import { Cron as Croner } from 'croner';
import { z } from 'zod';

/** Between two builds of one schedule there are at least as many ms: whoever forgets the minute means no 60 builds. */
const CLOSEST_MS = 10 * 60_000;
/** The times that are compared: enough to see a mistake, and few, since every repository that is read is checked. */
const COMPARED = 16;

/**
 * When something is due: five fields, as POSIX has them (crontab(5p): minute, hour, day of the month, month, day of
 * the week), with names of months and days, ranges with steps, and `L` for the last day of a month.
 */
export const Cron = z
  .string()
  .max(100)
  .regex(/^[0-9A-Za-z*,/ -]+$/, 'must be five fields of a crontab: minute, hour, day, month, day of the week')
  .superRefine((text, { addIssue }) => {
    const problem = problemOf(text);
    if (problem !== null) addIssue(problem);
  });

/** A name of the IANA time zone database. */
export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'is no name of the IANA time zone database, as Europe/Berlin is one');

/**
 * The first time after another at which a schedule is due (ms since the epoch); null: never again.
 *
 * A time that the clock leaves out in spring is due when the clock goes on; one that it shows twice in autumn is due
 * once. A schedule with a `*` or a step in its minute or hour counts hours that pass instead: it skips what the clock
 * leaves out, and is due both times.
 */
export function nextTime(cron: string, timezone: string, after: number): number | null {
  return parsed(cron, timezone).nextRun(new Date(after))?.getTime() ?? null;
}

function parsed(cron: string, timezone: string): Croner {
  return new Croner(cron, { mode: '5-part', fixedTimeRule: 'no-wildcard', timezone, paused: true });
}

function problemOf(text: string): string | null {
  let times: number[];
  try {
    times = parsed(text, 'UTC')
      .nextRuns(COMPARED, new Date(0))
      .map((time) => time.getTime());
  } catch (error) {
    return `is no crontab line: ${error instanceof Error ? error.message.replace(/^Cron[A-Z]\w+: /, '') : 'unreadable'}`;
  }
  if (times.length === 0) return 'is never due';
  const close = times.some(
    (time, index) => time - (times[index - 1] ?? Number.NEGATIVE_INFINITY) < CLOSEST_MS,
  );
  return close ? `may be due every ${CLOSEST_MS / 60_000} minutes at most` : null;
}

/** Whether this machine's own database, which cron times are worked out with, has the name. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // an offset such as +02:00 is accepted too, and has no summer time
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
