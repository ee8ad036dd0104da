import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import {
  HOUR_MS,
  HourOfBuilds,
  hourOf,
  slotTimeOf,
  summarize,
  usualAfter,
  windowStart,
  withBuild,
} from '#core/build-stats.ts';
import { aBuild, T0 } from '#test/support/memory/examples.ts';

const MINUTE_MS = 60_000;

/** A build that waited 2 s and took 10, and ended these many minutes after T0, which is a full hour. */
function ended(minutes: number, fields: Partial<Build> = {}): Build {
  const finished_at = T0 + minutes * MINUTE_MS;
  return aBuild(`ended ${minutes}`, {
    status: 'succeeded',
    queued_at: finished_at - 12_000,
    submitting_at: finished_at - 10_000,
    promoting_at: finished_at - 4000,
    finished_at,
    ...fields,
  });
}

const failure = (code: 'build_failed' | 'timed_out') => ({ code, message: 'no', source: 'builder' }) as const;

/** The hours of these builds, as the store would keep them. */
function hoursOf(...builds: readonly Build[]): HourOfBuilds[] {
  const hours = new Map<number, HourOfBuilds>();
  for (const build of builds) hours.set(hourOf(build), withBuild(hours.get(hourOf(build)) ?? null, build));
  return [...hours.values()].map((hour) => HourOfBuilds.parse(hour));
}

describe('withBuild and summarize', () => {
  it('count how builds ended, how long they waited and took, and why they failed', () => {
    const hours = hoursOf(
      ended(1),
      ended(2),
      ended(61, { status: 'failed', error: failure('build_failed') }),
      ended(62, { status: 'timed_out', error: failure('timed_out'), reason: 'build_timeout' }),
      ended(63, { status: 'cancelled', reason: 'superseded' }),
      ended(64, { status: 'expired', reason: 'queue_timeout', submitting_at: null, promoting_at: null }),
    );
    expect(hours.map(({ hour, team }) => [hour, team])).toEqual([
      [T0, 'acme'],
      [T0 + HOUR_MS, 'acme'],
    ]);
    const { duration, wait, ...counts } = summarize(hours, T0);
    expect(counts).toEqual({
      succeeded: 2,
      failed: 1,
      timed_out: 1,
      cancelled: 1,
      expired: 1,
      successRate: 2 / 5,
      causes: { build_failed: 1, timed_out: 1, queue_timeout: 1 },
      failureRates: { build_failed: 1 / 5, timed_out: 1 / 5, queue_timeout: 1 / 5 },
    });
    expect([duration.average, wait.average]).toEqual([10_000, 2000]);
    expect(duration.p95).toBeCloseTo(10_000, -3);
  });

  it('leave out what ended before the window', () => {
    const hours = hoursOf(ended(4), ended(5), ended(9), ended(70));
    expect(summarize(hours, T0 + 5 * MINUTE_MS).succeeded).toBe(3);
    expect(summarize(hours, T0 + 10 * MINUTE_MS).succeeded).toBe(1);
    expect(summarize(hours, T0 + HOUR_MS + 75 * MINUTE_MS)).toMatchObject({
      succeeded: 0,
      successRate: null,
      duration: { average: null, p95: null },
    });
  });

  it('take no wait from a build that ended in the queue after it had been claimed once', () => {
    const again = ended(1, { status: 'expired', queued_at: T0 + 50_000, submitting_at: T0 + 10_000 });
    expect(summarize(hoursOf(again), T0)).toMatchObject({ expired: 1, wait: { average: null } });
  });
});

describe('windowStart', () => {
  it('is a boundary of five minutes, and the window reaches to now', () => {
    const now = T0 + 2 * HOUR_MS + 7 * MINUTE_MS;
    expect(windowStart(now, HOUR_MS)).toBe(T0 + HOUR_MS + 10 * MINUTE_MS);
    expect(windowStart(T0, HOUR_MS)).toBe(T0 - 55 * MINUTE_MS);
  });
});

describe('usualAfter', () => {
  it('follows how long builds hold their slot, and nothing else', () => {
    expect(slotTimeOf(ended(1))).toBe(6000);
    expect(slotTimeOf(ended(1, { status: 'failed', promoting_at: null }))).toBe(10_000);
    expect(slotTimeOf(ended(1, { status: 'cancelled' }))).toBeNull();
    expect(slotTimeOf(ended(1, { status: 'expired', submitting_at: null }))).toBeNull();
    expect(usualAfter(null, ended(1))).toBe(6000);
    expect(usualAfter(22_000, ended(1))).toBe(21_000);
    expect(usualAfter(22_000, ended(1, { status: 'cancelled' }))).toBe(22_000);
  });
});
