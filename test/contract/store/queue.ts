import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { DOUBT_MS } from '#core/order.ts';
import type { Store } from '#core/ports.ts';
import { sha, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore, seedBuild } from './subject.ts';

const anyBuild = () => true;
const [A, B, C, D] = [sha('a'), sha('b'), sha('c'), sha('d')];

export function describeQueue(make: MakeStore): void {
  describe('queue', () => {
    const subject = eachTest(make);

    it('gives the lease of a pool to one holder at a time', async () => {
      const { queue } = subject().store;
      const holders = Array.from({ length: 5 }, (_, index) => `submit-${index}`);
      const got = await Promise.all(holders.map((holder) => queue.lease('default', holder, T0, 1000)));
      expect(got.filter(Boolean)).toHaveLength(1);
      expect(await queue.lease('large', 'submit-other', T0, 1000)).toBe(true);
    });

    it('lets the holder renew, and another take over once it expired', async () => {
      const { queue } = subject().store;
      expect(await queue.lease('default', 'one', T0, 1000)).toBe(true);
      expect(await queue.lease('default', 'one', T0 + 900, 1000)).toBe(true);
      expect(await queue.lease('default', 'two', T0 + 1899, 1000)).toBe(false);
      expect(await queue.lease('default', 'two', T0 + 1900, 1000)).toBe(true);
      expect(await queue.lease('default', 'one', T0 + 1901, 1000)).toBe(false);
    });

    it('is released by its holder only', async () => {
      const { queue } = subject().store;
      await queue.lease('default', 'one', T0, 1000);
      await queue.release('default', 'two');
      await queue.release('never-leased', 'two');
      expect(await queue.lease('default', 'two', T0, 1000)).toBe(false);
      await queue.release('default', 'one');
      expect(await queue.lease('default', 'two', T0, 1000)).toBe(true);
    });

    it('knows how many wait and run, and since when the first waits', async () => {
      const { store } = subject();
      const none = { queued: 0, running: 0, oldestQueuedAt: null };
      expect(await store.queue.depth('default')).toEqual(none);
      // Queued again later than one that was pushed after it.
      await seedBuild(store, 'again', { pushed_at: T0 - 9, queued_at: T0 + 50 });
      await seedBuild(store, 'first', { commit_sha: B, queued_at: T0 + 20, order: 4 });
      await seedBuild(store, 'runs', { commit_sha: C, status: 'running', queued_at: T0 });
      await seedBuild(store, 'ending', { commit_sha: D, status: 'cancelling', queued_at: T0 });
      await seedBuild(store, 'released', { commit_sha: D, status: 'promoting', queued_at: T0 });
      await seedBuild(store, 'waits', { commit_sha: D, status: 'waiting_approval', queued_at: T0 });
      await seedBuild(store, 'elsewhere', { commit_sha: D, pool: 'large', queued_at: T0 });
      expect(await store.queue.depth('default')).toEqual({ queued: 2, running: 2, oldestQueuedAt: T0 + 20 });
    });

    it('stamps for the holder of the lease only', async () => {
      const { store } = subject();
      const build = await seedBuild(store, 'one');
      await store.queue.lease('default', 'one', T0, 1000);
      await expect(store.queue.stamp(build, 'two', T0)).rejects.toMatchObject({ name: 'TransientError' });
      expect((await store.builds.get(build.id))?.order).toBeNull();
    });

    it('claims for the holder of the lease only, and only what is queued and has its place', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'one', T0, 1000);
      const one = await seedBuild(store, 'one');
      const two = await seedBuild(store, 'two', { commit_sha: B });
      const unplaced = await seedBuild(store, 'unplaced', { commit_sha: C });
      const cancelled = await seedBuild(store, 'cancelled', { commit_sha: D });
      for (const build of [one, two, cancelled]) await store.queue.stamp(build, 'one', T0 + 1);
      await store.builds.apply(cancelled.id, { type: 'cancel_requested', at: T0 + 2 });
      const all = [one, two, unplaced, cancelled];
      await expect(store.queue.claim('default', all, 'two', T0 + 3)).rejects.toMatchObject({
        name: 'TransientError',
      });
      expect((await store.builds.get(one.id))?.status).toBe('queued');
      const claimed = await store.queue.claim('default', all, 'one', T0 + 3);
      expect(claimed.map(({ id }) => id)).toEqual([one.id, two.id]);
      expect(claimed[0]).toMatchObject({ status: 'submitting', attempt: 1, submitting_at: T0 + 3 });
      expect(claimed[0]).toEqual(await store.builds.get(one.id));
      expect(await store.queue.claim('default', all, 'one', T0 + 4)).toEqual([]);
    });

    it('remembers whose turn it was', async () => {
      const { store } = subject();
      expect((await store.queue.state('default')).served).toEqual([]);
      await store.queue.lease('default', 'me', T0, 1000);
      const made = await Promise.all(
        ['a', 'b', 'a', 'c'].map((team, index) =>
          seedBuild(store, `${team}${index}`, { team, order: index + 1 }),
        ),
      );
      await store.queue.claim('default', made.slice(0, 3), 'me', T0);
      expect((await store.queue.state('default')).served).toEqual(['b', 'a']);
      await store.queue.claim('default', made, 'me', T0); // of these, one is still queued
      expect((await store.queue.state('default')).served).toEqual(['b', 'a', 'c']);
      await store.queue.release('default', 'me');
      expect((await store.queue.state('default')).served).toEqual(['b', 'a', 'c']);
      expect((await store.queue.state('large')).served).toEqual([]);
    });

    it('finds the builds without a place, oldest push first, up to a limit', async () => {
      const { store } = subject();
      await seedBuild(store, 'placed', { order: 1 });
      await seedBuild(store, 'over', { status: 'cancelled' });
      await seedBuild(store, 'elsewhere', { pool: 'large' });
      const b = await seedBuild(store, 'b', { pushed_at: T0 + 2 });
      const c = await seedBuild(store, 'c', { pushed_at: T0 + 3, team: 'other' });
      const a = await seedBuild(store, 'a', { pushed_at: T0 + 1 });
      expect(await store.queue.unplaced('default', 9)).toEqual([a, b, c]);
      expect(await store.queue.unplaced('default', 2)).toEqual([a, b]);
    });

    it('finds the first builds of every team that waits, however many another one has', async () => {
      const { store } = subject();
      const wait = (team: string, order: number | null) =>
        seedBuild(store, `${team} ${order}`, { team, order });
      const crowd = await Promise.all([5, 3, 1.5, 4, 2, 7, 6].map((order) => wait('a', order)));
      const [c9] = await Promise.all([wait('c', 9), wait('c', null), wait('b', null)]);
      const ends = await Promise.all([wait('d', 12), wait('d', 11)]);
      await seedBuild(store, 'runs', { team: 'b', order: 1, status: 'running' });
      await seedBuild(store, 'elsewhere', { team: 'b', order: 1, pool: 'large' });
      const sorted = crowd.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
      const [d11, d12] = ends.toReversed();
      expect(await store.queue.firstOfTeams('default', 1, anyBuild)).toEqual([sorted[0], c9, d11]);
      expect(await store.queue.firstOfTeams('default', 2, anyBuild)).toEqual([
        ...sorted.slice(0, 2),
        c9,
        d11,
        d12,
      ]);
      expect(await store.queue.firstOfTeams('default', 3, anyBuild)).toEqual([
        ...sorted.slice(0, 3),
        c9,
        d11,
        d12,
      ]);
      expect(await store.queue.firstOfTeams('default', 50, anyBuild)).toEqual([...sorted, c9, d11, d12]);
      expect(await store.queue.firstOfTeams('empty', 3, anyBuild)).toEqual([]);
    });

    it('finds and counts a team’s queued builds, in their places', async () => {
      const { store } = subject();
      const wait = (name: string, order: number | null, team = 'acme') =>
        seedBuild(store, name, { team, order });
      const [second, first] = [await wait('second', 2), await wait('first', 1.5)];
      const unplaced = await wait('unplaced', null);
      await wait('other', 1, 'other');
      await seedBuild(store, 'runs', { order: 1, status: 'running' });
      await seedBuild(store, 'elsewhere', { order: 1, pool: 'large' });
      expect(await store.queue.ofTeam('default', 'acme', 9)).toEqual([unplaced, first, second]);
      expect(await store.queue.ofTeam('default', 'acme', 2)).toEqual([unplaced, first]);
      expect(await store.queue.count('default', 'acme')).toBe(3);
      expect(await store.queue.count('default', 'nobody')).toBe(0);
    });

    it('gives each push the next place, and keeps it', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'me', T0, 1000);
      const first = await store.queue.stamp(await seedBuild(store, 'one'), 'me', T0 + 1);
      const other = await seedBuild(store, 'two', { ref: 'refs/heads/other', commit_sha: B });
      const second = await store.queue.stamp(other, 'me', T0 + 2);
      expect(first).toEqual(await store.builds.get(first.id));
      expect(first.updated_at).toBe(T0 + 1);
      expect(second.order).toBeGreaterThan(first.order ?? Number.POSITIVE_INFINITY);
      expect((await store.queue.stamp(first, 'me', T0 + 3)).order).toBe(first.order);
      expect((await store.builds.get(first.id))?.updated_at).toBe(T0 + 1);
    });

    it('goes on counting under the next holder', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'one', T0, 1000);
      const first = await store.queue.stamp(await seedBuild(store, 'one'), 'one', T0);
      await store.queue.release('default', 'one');
      await store.queue.lease('default', 'two', T0, 1000);
      const next = await seedBuild(store, 'two', { before_sha: A, commit_sha: B });
      expect((await store.queue.stamp(next, 'two', T0)).order).toBeGreaterThan(first.order ?? 99);
    });

    /** Stamps pushes `[before, after, second]` in the order of arrival; gives their names by place. */
    async function placesOf(
      store: Store,
      arrivals: Record<string, readonly [string | null, string, number]>,
    ) {
      await store.queue.lease('default', 'me', T0, 1000);
      const stamped: [string, Build][] = [];
      for (const [name, [before_sha, commit_sha, second]] of Object.entries(arrivals)) {
        const pushed_at = T0 + second * 1000;
        const build = await seedBuild(store, name, { before_sha, commit_sha, pushed_at });
        stamped.push([name, await store.queue.stamp(build, 'me', T0 + DOUBT_MS)]);
      }
      return stamped.toSorted(([, a], [, b]) => (a.order ?? 0) - (b.order ?? 0)).map(([name]) => name);
    }

    it('puts a late push before its follower, by git’s chain, where the clock says nothing', async () => {
      const arrivals = { p1: [null, A, 0], p3: [B, C, 0], p2: [A, B, 0], p4: [C, D, 0] } as const;
      expect(await placesOf(subject().store, arrivals)).toEqual(['p1', 'p2', 'p3', 'p4']);
    });

    it('gives a push in doubt no place for a while, unless what links it comes', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'me', T0, 1000);
      const push = (name: string, before_sha: string, commit_sha: string) =>
        seedBuild(store, name, { before_sha, commit_sha });
      const stamp = async (build: Build, ms: number) => (await store.queue.stamp(build, 'me', T0 + ms)).order;
      await stamp(await push('first', D, A), 0);
      const third = await push('third', B, C);
      expect(await stamp(third, DOUBT_MS - 1)).toBeNull();
      expect((await store.builds.get(third.id))?.order).toBeNull();
      const second = await stamp(await push('second', A, B), 0);
      expect(await stamp(third, 1)).toBeGreaterThan(second ?? Number.POSITIVE_INFINITY);
      const alone = await push('alone', sha('e'), sha('f'));
      expect(await stamp(alone, DOUBT_MS - 1)).toBeNull();
      expect(await stamp(alone, DOUBT_MS)).not.toBeNull();
    });

    it('puts a late push before later ones, by the clock, where the chain says nothing', async () => {
      const arrivals = { p1: [null, A, 0], p4: [C, D, 3], p2: [A, B, 1], p3: [B, C, 2] } as const;
      expect(await placesOf(subject().store, arrivals)).toEqual(['p1', 'p2', 'p3', 'p4']);
    });

    it('tells the pushes of A→B→A→B from each other', async () => {
      const arrivals = { p1: [null, A, 0], p2: [A, B, 1], p4: [A, B, 3], p3: [B, A, 2] } as const;
      expect(await placesOf(subject().store, arrivals)).toEqual(['p1', 'p2', 'p3', 'p4']);
    });

    it('puts a roll-back last: A→B→C→A within one second', async () => {
      const arrivals = { p1: [null, A, 0], p2: [A, B, 0], p3: [B, C, 0], p4: [C, A, 0] } as const;
      expect(await placesOf(subject().store, arrivals)).toEqual(['p1', 'p2', 'p3', 'p4']);
    });

    it('orders the pushes of each ref for itself, and gives a build without ref the next place', async () => {
      const { store } = subject();
      await store.queue.lease('default', 'me', T0, 1000);
      const later = await seedBuild(store, 'later', {
        ref: 'refs/heads/other',
        before_sha: B,
        commit_sha: C,
      });
      const place = (await store.queue.stamp(later, 'me', T0)).order ?? 99;
      const sameChain = await seedBuild(store, 'main', { before_sha: A, commit_sha: B });
      expect((await store.queue.stamp(sameChain, 'me', T0)).order).toBeGreaterThan(place);
      const bare = await seedBuild(store, 'bare', { ref: null, commit_sha: B, pushed_at: T0 - 60_000 });
      expect((await store.queue.stamp(bare, 'me', T0)).order).toBeGreaterThan(place + 1);
    });
  });
}
