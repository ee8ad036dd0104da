import { z } from 'zod';
import { Schedule } from './build-rules.ts';
import type { Repository } from './repository.ts';
import { nextTime } from './schedule-times.ts';

const MAX_SCHEDULES = 10;

/** What became of a schedule's last time. Times are ms since the epoch. */
const Run = z.object({
  due_at: z.int(),
  /** When it was decided. */
  at: z.int(),
  build_ids: z.array(z.string()),
  /** Why there are no builds, or fewer than there are images; null: there are all. */
  reason: z.string().nullable(),
});
export type ScheduleRun = z.infer<typeof Run>;

const Entry = z.object({
  schedule: Schedule,
  /** When it is next due; in the past: since when a build is owed. */
  due_at: z.int(),
  /** Not to be tried before: the host was away. */
  not_before: z.int(),
  last: Run.nullable(),
});
export type ScheduleEntry = z.infer<typeof Entry>;

/**
 * What one connection of a repository has built at set times. The schedules of its `bitflow.toml`, as the default
 * branch last had it, come instead of those that are kept with the repository.
 */
export const ScheduleBook = z.object({
  version: z.literal(1),
  connection_id: z.string(),
  repository_id: z.string(),
  team: z.string(),
  /** What the file says (null: nothing of schedules), and when the commit was pushed that says it; null: none was read. */
  file: z
    .object({ schedules: z.array(Schedule).max(MAX_SCHEDULES).nullable(), pushed_at: z.int() })
    .nullable(),
  entries: z.array(Entry).min(1).max(MAX_SCHEDULES),
  /** The first time at which there is something to do. */
  next_at: z.int(),
});
export type ScheduleBook = z.infer<typeof ScheduleBook>;

/** The schedules of the file at the head of the default branch, and when that commit was pushed (ms since the epoch). */
export interface FileSchedules {
  /** Undefined: it says nothing of schedules, or there is no file. */
  readonly schedules: readonly Schedule[] | undefined;
  readonly pushed_at: number;
}

/**
 * The book that goes with a repository's rules, and with its file where that was read; null: nothing is due ever.
 * What was pushed before what the book already knows changes nothing. A schedule that stays keeps its next time, and
 * so its builds that are owed; a new one starts now.
 */
export function bookOf(
  book: ScheduleBook | null,
  repository: Repository,
  file: FileSchedules | null,
  now: number,
): ScheduleBook | null {
  const { id, connection_id, team, rules } = repository;
  const known = book?.file ?? null;
  const isNews = file !== null && (known === null || known.pushed_at <= file.pushed_at);
  const newest = isNews ? { schedules: file.schedules?.slice() ?? null, pushed_at: file.pushed_at } : known;
  const wanted = newest?.schedules ?? rules.schedules ?? [];
  const entries = new Map<string, ScheduleEntry>();
  for (const schedule of wanted) {
    const entry = entryOf(book, schedule) ?? newEntry(schedule, now);
    if (entry !== null) entries.set(keyOf(schedule), entry);
  }
  return withEntries({ version: 1, connection_id, repository_id: id, team, file: newest }, [
    ...entries.values(),
  ]);
}

/** What names a schedule in its book: what it says. */
export function keyOf({ cron, timezone, branch, cache }: Schedule): string {
  return JSON.stringify([cron, timezone, branch ?? null, cache]);
}

/** The entries of a book that are to be worked off. */
export function dueEntries(book: ScheduleBook, now: number): ScheduleEntry[] {
  return book.entries.filter((entry) => placeOf(entry) <= now);
}

/**
 * A time was worked off: what comes next is the first time from now on, however many were missed. A book in which
 * that time is worked off already stays as it is.
 */
export function withRun(book: ScheduleBook, schedule: Schedule, run: ScheduleRun): ScheduleBook | null {
  return changed(book, schedule, run.due_at, (entry) => {
    const due_at = nextTime(schedule.cron, schedule.timezone, run.at);
    return due_at === null ? null : { ...entry, due_at, not_before: 0, last: run };
  });
}

/** It could not be worked off now, and stays owed. */
export function withPause(
  book: ScheduleBook,
  { schedule, due_at }: ScheduleEntry,
  until: number,
): ScheduleBook | null {
  return changed(book, schedule, due_at, (entry) => ({ ...entry, not_before: until }));
}

function changed(
  book: ScheduleBook,
  schedule: Schedule,
  dueAt: number,
  change: (entry: ScheduleEntry) => ScheduleEntry | null,
): ScheduleBook | null {
  const key = keyOf(schedule);
  const isMeant = (entry: ScheduleEntry) => keyOf(entry.schedule) === key && entry.due_at === dueAt;
  if (!book.entries.some(isMeant)) return book;
  return withEntries(
    book,
    book.entries.flatMap((entry) => (isMeant(entry) ? (change(entry) ?? []) : entry)),
  );
}

function entryOf(book: ScheduleBook | null, schedule: Schedule): ScheduleEntry | null {
  return book?.entries.find((entry) => keyOf(entry.schedule) === keyOf(schedule)) ?? null;
}

function newEntry(schedule: Schedule, now: number): ScheduleEntry | null {
  const due_at = nextTime(schedule.cron, schedule.timezone, now);
  return due_at === null ? null : { schedule, due_at, not_before: 0, last: null };
}

/** When an entry is to be looked at. */
const placeOf = ({ due_at, not_before }: ScheduleEntry): number => Math.max(due_at, not_before);

function withEntries(
  book: Omit<ScheduleBook, 'entries' | 'next_at'>,
  entries: ScheduleEntry[],
): ScheduleBook | null {
  if (entries.length === 0) return null;
  return { ...book, entries, next_at: Math.min(...entries.map(placeOf)) };
}
