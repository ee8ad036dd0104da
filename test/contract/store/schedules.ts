import { describe, expect, it } from 'vitest';
import type { ScheduleBook } from '#core/schedules.ts';
import { aRepository, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

function aBook(name: string, nextAt: number): ScheduleBook {
  const { id, connection_id, team } = aRepository({ full_name: `acme/${name}` });
  const schedule = { cron: '0 3 * * *', timezone: 'UTC', cache: 'on' } as const;
  const entry = { schedule, due_at: nextAt, not_before: 0, last: null };
  return {
    version: 1,
    connection_id,
    repository_id: id,
    team,
    file: null,
    entries: [entry],
    next_at: nextAt,
  };
}

export function describeSchedules(make: MakeStore): void {
  describe('schedules', () => {
    const subject = eachTest(make);
    const keep = (book: ScheduleBook) =>
      subject().store.schedules.change(book.connection_id, (known) => (known ? known : book));

    it('keeps a book, changes it on what is there, and drops it', async () => {
      const { schedules } = subject().store;
      const book = aBook('shop', T0);
      expect(await schedules.get(book.connection_id)).toBeNull();
      expect(await keep(book)).toEqual(book);
      expect(await keep(aBook('shop', T0 + 5))).toEqual(book);

      const other: ScheduleBook = {
        ...book,
        file: {
          schedules: [{ cron: '0 4 * * MON', timezone: 'Europe/Berlin', branch: 'next', cache: 'off' }],
          pushed_at: T0,
        },
        entries: book.entries.map((entry) => ({
          ...entry,
          last: { due_at: T0, at: T0 + 1, build_ids: ['b-1'], reason: null },
        })),
      };
      await schedules.change(book.connection_id, () => other);
      expect(await schedules.get(book.connection_id)).toEqual(other);

      expect(await schedules.change(book.connection_id, () => null)).toBeNull();
      expect(await schedules.change(book.connection_id, () => null)).toBeNull();
      expect(await schedules.get(book.connection_id)).toBeNull();
    });

    it('loses no change of several at once', async () => {
      const { schedules } = subject().store;
      const { connection_id } = aBook('shop', T0);
      await keep(aBook('shop', T0));
      const one = () =>
        schedules.change(connection_id, (book) => book && { ...book, next_at: book.next_at + 1 });
      await Promise.all([one(), one(), one(), one()]);
      expect((await schedules.get(connection_id))?.next_at).toBe(T0 + 4);
    });

    it('finds the books in which something is due, the earliest first', async () => {
      const { schedules } = subject().store;
      for (const [name, at] of [
        ['late', 3],
        ['soon', 1],
        ['now', 2],
      ] as const)
        await keep(aBook(name, T0 + at));
      const dueAt = async (now: number, limit: number) =>
        (await schedules.due(now, limit)).map(({ next_at }) => next_at - T0);
      expect(await dueAt(T0, 10)).toEqual([]);
      expect(await dueAt(T0 + 2, 10)).toEqual([1, 2]);
      expect(await dueAt(T0 + 9, 2)).toEqual([1, 2]);
    });
  });
}
