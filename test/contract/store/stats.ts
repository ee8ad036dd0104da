import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { HOUR_MS, summarize } from '#core/build-stats.ts';
import type { Store } from '#core/ports.ts';
import { T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore, seedBuild } from './subject.ts';

export function describeStats(make: MakeStore): void {
  describe('stats', () => {
    const subject = eachTest(make);

    /** A build that waited 1 s and failed after 9, `at` ms after T0. */
    async function failed(store: Store, name: string, at: number, fields: Partial<Build> = {}) {
      const [queued_at, submitting_at] = [T0 + at - 10_000, T0 + at - 9000];
      const started = { status: 'submitting', attempt: 1, order: 1, queued_at, submitting_at } as const;
      const build = await seedBuild(store, name, { ...started, ...fields });
      const event = { type: 'submit_refused', at: T0 + at, attempt: 1, message: 'no' } as const;
      return (await store.builds.apply(build.id, event)).build;
    }
    const failures = async (store: Store, team = 'acme', since = T0) =>
      (await store.stats.hours(team, since)).map((hour) => summarize([hour], 0).failed);

    it('counts each build that ended once, in its team’s hour', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'me', T0, 1000);
      await failed(store, 'a', 1000);
      await failed(store, 'b', 2000);
      await failed(store, 'later', HOUR_MS + 1000);
      await failed(store, 'other', 3000, { team: 'other' });
      await failed(store, 'elsewhere', 3000, { pool: 'large' });
      await seedBuild(store, 'queued', { order: 9 });
      expect(await store.stats.count('default', 'me', 9)).toBe(4);
      expect(await store.stats.count('default', 'me', 9)).toBe(0);
      expect(await failures(store)).toEqual([2, 1]);
      expect(await failures(store, 'acme', T0 + 1)).toEqual([1]);
      expect(await failures(store, 'other')).toEqual([1]);
      expect(await failures(store, 'nobody')).toEqual([]);
      const [hour] = await store.stats.hours('acme', T0);
      const { duration, wait, causes } = summarize(hour ? [hour] : [], 0);
      expect([duration.average, wait.average, causes]).toEqual([9000, 1000, { submit_refused: 2 }]);
      expect((await store.queue.state('default')).usualMs).toBe(9000);
    });

    it('counts some at a time, those that ended first', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'me', T0, 1000);
      for (const [name, at] of [
        ['c', 2 * HOUR_MS],
        ['a', 0],
        ['b', HOUR_MS],
      ] as const)
        await failed(store, name, at);
      expect(await store.stats.count('default', 'me', 2)).toBe(2);
      expect(await failures(store)).toEqual([1, 1]);
      expect(await store.stats.count('default', 'me', 2)).toBe(1);
      expect(await failures(store)).toEqual([1, 1, 1]);
    });

    it('adds to an hour that others counted into', async () => {
      const { store } = subject();
      for (const holder of ['one', 'two', 'three']) {
        await store.queue.lease('default', holder, T0, 1000);
        await failed(store, holder, 1000);
        await store.stats.count('default', holder, 9);
        await store.queue.release('default', holder);
      }
      expect(await failures(store)).toEqual([3]);
    });

    it('lets only the holder of the lease count', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'one', T0, 1000);
      await failed(store, 'a', 1000);
      await expect(store.stats.count('default', 'two', 9)).rejects.toMatchObject({ name: 'TransientError' });
      expect(await failures(store)).toEqual([]);
    });

    it('counts once where two of one name count at once', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'me', T0, 1000);
      for (const name of ['a', 'b', 'c']) await failed(store, name, 1000);
      await Promise.all([1, 2, 3].map(() => store.stats.count('default', 'me', 9)));
      expect(await failures(store)).toEqual([3]);
    }, 60_000);

    it('counts a build no second time for what becomes known of it later', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'me', T0, 1000);
      const fields = { status: 'running', bound: true, cloud_build_id: 'cb-1' } as const;
      const { id } = await seedBuild(store, 'a', { ...fields, attempt: 1, order: 1, submitting_at: T0 });
      const view = {
        id: 'cb-1',
        attempts: [],
        state: 'failed',
        detail: '',
        exitCode: 137,
        output: null,
      } as const;
      const event = { type: 'cloud_build_changed', at: T0 + 1, attempt: 1, asked: true } as const;
      await store.builds.apply(id, { ...event, view: { ...view, attempts: [] } });
      await store.stats.count('default', 'me', 9);
      const report = {
        type: 'failed',
        stages: [],
        code: 'build_failed',
        message: 'it did not compile',
        fault: 'user',
        last_log_chunk: 1,
      } as const;
      const reported = { type: 'reported', at: T0 + 2, attempt: 1, cloud_build_id: 'cb-1' } as const;
      const { build } = await store.builds.apply(id, { ...reported, report: { ...report, stages: [] } });
      expect(build.error?.code).toBe('build_failed');
      expect(await store.stats.count('default', 'me', 9)).toBe(0);
      expect(await failures(store)).toEqual([1]);
    });

    it('knows whether anything is not counted for long', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'me', T0, 1000);
      await failed(store, 'a', 1000);
      expect(await store.stats.owed('default', T0 + 1000)).toBe(false);
      expect(await store.stats.owed('default', T0 + 1001)).toBe(true);
      expect(await store.stats.owed('large', T0 + 1001)).toBe(false);
      await store.stats.count('default', 'me', 9);
      expect(await store.stats.owed('default', T0 + 1001)).toBe(false);
    });
  });
}
