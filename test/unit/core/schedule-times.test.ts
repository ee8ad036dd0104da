import { describe, expect, it } from 'vitest';
import { Cron, nextTime, TimeZone } from '#core/schedule-times.ts';

/** The times at which it is due after one, as UTC shows them. */
function times(cron: string, timezone: string, after: string, count: number): string[] {
  const found: string[] = [];
  let at: number | null = Date.parse(after);
  while (found.length < count && at !== null) {
    at = nextTime(cron, timezone, at);
    if (at !== null) found.push(new Date(at).toISOString().replace(':00.000Z', ''));
  }
  return found;
}

describe('nextTime', () => {
  it('is a time on the clock of the time zone', () => {
    expect(times('30 2 * * *', 'Asia/Shanghai', '2026-06-01T00:00Z', 2)).toEqual([
      '2026-06-01T18:30',
      '2026-06-02T18:30',
    ]);
    expect(times('0 9 * * MON-FRI', 'America/New_York', '2026-06-05T12:00Z', 2)).toEqual([
      '2026-06-05T13:00',
      '2026-06-08T13:00',
    ]);
  });

  it('comes after the time that is given, never at it', () => {
    expect(times('0 3 * * *', 'UTC', '2026-06-01T03:00Z', 1)).toEqual(['2026-06-02T03:00']);
    expect(times('0 3 * * *', 'UTC', '2026-06-01T02:59:59.999Z', 1)).toEqual(['2026-06-01T03:00']);
  });

  it('runs when the clock goes on, where it leaves the time out', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
    expect(times('30 1,2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', 3)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:00',
      '2026-03-29T23:30',
    ]);
  });

  it('runs once where the clock shows the time twice', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it('counts hours that pass where the hour or minute is a star or a step', () => {
    expect(times('0 * * * *', 'Europe/Berlin', '2026-03-29T00:30Z', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-29T02:00',
    ]);
    expect(times('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30Z', 4)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
      '2026-10-25T03:00',
    ]);
  });

  it('takes either the day of the month or the day of the week, as cron does', () => {
    expect(times('0 0 13 * FRI', 'UTC', '2026-02-10T00:00Z', 3)).toEqual([
      '2026-02-13T00:00',
      '2026-02-20T00:00',
      '2026-02-27T00:00',
    ]);
    expect(times('0 0 L * *', 'UTC', '2026-02-10T00:00Z', 2)).toEqual([
      '2026-02-28T00:00',
      '2026-03-31T00:00',
    ]);
    expect(times('0 0 29 2 *', 'UTC', '2026-01-01T00:00Z', 1)).toEqual(['2028-02-29T00:00']);
  });
});

describe('Cron', () => {
  const said = (text: string) => Cron.safeParse(text).error?.issues[0]?.message ?? null;

  it.each(['0 3 * * *', '*/10 * * * *', '0 0 1,15 JAN-MAR Mon', '15 4 * * 7', '0 0 L * *'])(
    'takes %s',
    (text) => expect(said(text)).toBeNull(),
  );

  it.each([
    ['0 0 3 * * *', 'crontab line'],
    ['0 3 * *', 'crontab line'],
    ['@daily', 'five fields'],
    ['60 3 * * *', 'crontab line'],
    ['0 3 * * MON#1', 'five fields'],
    ['0 3 * * FOO', 'crontab line'],
    ['5/15 * * * *', 'crontab line'],
    ['', 'five fields'],
    ['0 0 31 2 *', 'never'],
    ['* 3 * * *', 'every 10 minutes'],
    ['0,5 3 * * *', 'every 10 minutes'],
    ['58 3,4 * * *\n', 'five fields'],
    [`0 3 * * ${'1,'.repeat(60)}1`, '100'],
  ])('refuses %j', (text, why) => expect(said(text)).toContain(why));
});

describe('TimeZone', () => {
  it.each([
    ['UTC', true],
    ['Europe/Berlin', true],
    ['Asia/Shanghai', true],
    ['Mars/Olympus', false],
    ['+02:00', false],
    ['', false],
  ])('%j: %s', (name, isOne) => expect(TimeZone.safeParse(name).success).toBe(isOne));
});
