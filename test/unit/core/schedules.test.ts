import { describe, expect, it } from 'vitest';
import { Schedule } from '#core/build-rules.ts';
import { bookOf, dueEntries, type ScheduleBook, withPause, withRun } from '#core/schedules.ts';
import { aRepository, T0 } from '#test/support/memory/examples.ts';

const HOUR = 3_600_000;
const NIGHTLY = Schedule.parse({ cron: '0 3 * * *' });
const WEEKLY = Schedule.parse({ cron: '0 5 * * MON', timezone: 'Europe/Berlin' });
const repository = aRepository({ rules: { schedules: [NIGHTLY] } });
const crons = (book: ScheduleBook | null) => book?.entries.map(({ schedule }) => schedule.cron) ?? [];

function madeOf(...given: Parameters<typeof bookOf>): ScheduleBook {
  const book = bookOf(...given);
  if (book === null) throw new Error('there is no book');
  return book;
}

describe('bookOf', () => {
  it('is none where nothing is due', () => {
    expect(bookOf(null, aRepository(), null, T0)).toBeNull();
    expect(bookOf(null, aRepository(), { schedules: [], pushed_at: T0 }, T0)).toBeNull();
  });

  it('has the first time of each schedule from now on', () => {
    const book = madeOf(null, repository, null, T0);
    expect(book).toMatchObject({ connection_id: repository.connection_id, next_at: T0 + 3 * HOUR });
  });

  it('has those of the file instead of those of the repository, where it says any', () => {
    const file = { schedules: [WEEKLY], pushed_at: T0 };
    const book = madeOf(null, repository, file, T0);
    expect(crons(book)).toEqual([WEEKLY.cron]);
    expect(crons(bookOf(book, repository, null, T0))).toEqual([WEEKLY.cron]);
    expect(bookOf(book, repository, { schedules: [], pushed_at: T0 + 1 }, T0)).toBeNull();
    expect(crons(bookOf(book, repository, { schedules: undefined, pushed_at: T0 + 1 }, T0))).toEqual([
      NIGHTLY.cron,
    ]);
  });

  it('is not changed by a push that is older than what it knows of the file', () => {
    const book = madeOf(null, repository, { schedules: [WEEKLY], pushed_at: T0 + 5 }, T0);
    expect(bookOf(book, repository, { schedules: [], pushed_at: T0 }, T0)).toEqual(book);
  });

  it('leaves a schedule that stays its next time, and has each once', () => {
    const book = madeOf(null, repository, null, T0);
    const both = aRepository({ rules: { schedules: [NIGHTLY, WEEKLY, { ...NIGHTLY }] } });
    const later = madeOf(book, both, null, T0 + 30 * HOUR);
    expect(crons(later)).toEqual([NIGHTLY.cron, WEEKLY.cron]);
    expect(later.entries[0]?.due_at).toBe(T0 + 3 * HOUR);
  });
});

describe('a time that is due', () => {
  const book = madeOf(null, repository, null, T0);
  const at = T0 + 100 * HOUR;
  const run = { due_at: T0 + 3 * HOUR, at, build_ids: ['b-1'], reason: null };

  it('is found then and not before', () => {
    expect(dueEntries(book, T0 + 3 * HOUR - 1)).toEqual([]);
    expect(dueEntries(book, T0 + 3 * HOUR)).toEqual(book.entries);
  });

  it('runs once, however many were missed', () => {
    const after = withRun(book, NIGHTLY, run);
    expect(after).toMatchObject({
      next_at: T0 + 123 * HOUR,
      entries: [{ due_at: T0 + 123 * HOUR, last: run }],
    });
  });

  it('is worked off once, and not for a schedule that went meanwhile', () => {
    const after = withRun(book, NIGHTLY, run);
    expect(after && withRun(after, NIGHTLY, { ...run, at: at + 500 * HOUR })).toBe(after);
    expect(withRun(book, WEEKLY, run)).toBe(book);
  });

  it('stays owed while it is put off', () => {
    const [entry] = book.entries;
    const off = entry && withPause(book, entry, at + HOUR);
    expect(off).toMatchObject({ next_at: at + HOUR, entries: [{ due_at: T0 + 3 * HOUR }] });
    expect(off && dueEntries(off, at)).toEqual([]);
    expect(off && withRun(off, NIGHTLY, run)).toMatchObject({ next_at: T0 + 123 * HOUR });
  });
});
