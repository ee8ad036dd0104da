import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import type { Concurrency } from '#core/concurrency.ts';
import type { Store } from '#core/ports.ts';
import { sha, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore, seedBuild } from './subject.ts';

const inGroup = (group: string, policy: Concurrency = 'cancel') => ({ concurrency: { group, policy } });

export function describeGroups(make: MakeStore): void {
  describe('groups of builds', () => {
    const subject = eachTest(make);

    /** Seeds a push of second `second`, and gives it its place. */
    async function placed(store: Store, second: number, fields: Partial<Build>): Promise<Build> {
      await store.queue.lease('default', 'me', T0, 1000);
      const commit_sha = sha(second.toString(16));
      const seeded = { commit_sha, pushed_at: T0 + second * 1000, ...fields };
      return store.queue.stamp(await seedBuild(store, `push ${second}`, seeded), 'me', T0);
    }
    const latestOf = async (store: Store) =>
      (await store.queue.unsettled('default', 9)).map(({ latest }) => latest);

    it('marks a group where a push is placed that cancels, with the latest of them', async () => {
      const { store } = subject();
      const first = await placed(store, 1, inGroup('g-1'));
      expect(await latestOf(store)).toEqual([{ build_id: first.id, order: first.order }]);
      const third = await placed(store, 3, inGroup('g-1'));
      await placed(store, 2, inGroup('g-1')); // a late one
      expect(await latestOf(store)).toEqual([{ build_id: third.id, order: third.order }]);
      expect(await store.queue.unsettled('large', 9)).toEqual([]);
    });

    it('marks none for a build without a group, or of one whose builds wait or run beside each other', async () => {
      const { store } = subject();
      await placed(store, 1, {});
      await placed(store, 2, inGroup('g-2', 'wait'));
      await placed(store, 3, inGroup('g-3', 'parallel'));
      expect(await store.queue.unsettled('default', 9)).toEqual([]);
    });

    it('takes a mark away once, and keeps one that came after it was read', async () => {
      const { store } = subject();
      await placed(store, 1, inGroup('g-1'));
      await placed(store, 5, inGroup('g-2'));
      const [one, two] = await store.queue.unsettled('default', 9);
      expect([one?.id, two?.id].toSorted()).toEqual(['g-1', 'g-2']);
      expect(await store.queue.unsettled('default', 1)).toHaveLength(1);
      await placed(store, 4, inGroup('g-2')); // the latest stays the same
      for (const group of [one, two]) if (group) await store.queue.settle(group);
      const [left, ...others] = await store.queue.unsettled('default', 9);
      expect(left).toMatchObject({ id: 'g-2', latest: { order: two?.latest.order ?? one?.latest.order } });
      expect(others).toEqual([]);
      if (left) await store.queue.settle(left);
      expect(await store.queue.unsettled('default', 9)).toEqual([]);
    });

    it('remembers the latest push of a settled group: one that comes late marks it again', async () => {
      const { store } = subject();
      const latest = await placed(store, 3, inGroup('g-1'));
      for (const group of await store.queue.unsettled('default', 9)) await store.queue.settle(group);
      await store.builds.apply(latest.id, { type: 'cancel_requested', at: T0 });
      await placed(store, 2, inGroup('g-1', 'wait'));
      expect(await latestOf(store)).toEqual([{ build_id: latest.id, order: latest.order }]);
    });

    it('leaves the group alone where the stamp is refused', async () => {
      const { store } = subject();
      const build = await seedBuild(store, 'one', inGroup('g-1'));
      await store.queue.lease('default', 'me', T0, 1000);
      await expect(store.queue.stamp(build, 'other', T0)).rejects.toMatchObject({ name: 'TransientError' });
      expect(await store.queue.unsettled('default', 9)).toEqual([]);
    });

    it('finds the open builds of a group, the latest push first, before a place, up to a limit', async () => {
      const { store } = subject();
      const [one, two, three] = [
        await seedBuild(store, 'one', { ...inGroup('g-1'), order: 1 }),
        await seedBuild(store, 'two', { ...inGroup('g-1', 'wait'), order: 2, status: 'running' }),
        await seedBuild(store, 'three', { ...inGroup('g-1'), order: 2.5, status: 'promoting' }),
      ];
      const unplaced = await seedBuild(store, 'unplaced', inGroup('g-1'));
      await seedBuild(store, 'over', { ...inGroup('g-1'), order: 3, status: 'failed', finished_at: T0 });
      await seedBuild(store, 'other', { ...inGroup('g-2'), order: 1 });
      await seedBuild(store, 'none', { order: 1 });
      const { openOfGroup } = store.builds;
      expect(await openOfGroup('g-1', null, 9)).toEqual([three, two, one, unplaced]);
      expect(await openOfGroup('g-1', 2.5, 9)).toEqual([two, one]);
      expect(await openOfGroup('g-1', 2.5, 1)).toEqual([two]);
      expect(await openOfGroup('g-9', null, 9)).toEqual([]);
    });

    it('reads past builds that may not start, however many, to those of the same team that may', async () => {
      const { store } = subject();
      const crowd = await Promise.all(
        Array.from({ length: 9 }, (_, index) =>
          seedBuild(store, `crowd ${index}`, { order: index + 1, ...inGroup('g-1', 'wait') }),
        ),
      );
      const free = await seedBuild(store, 'free', { order: 10 });
      const last = await seedBuild(store, 'last', { order: 11 });
      const other = await seedBuild(store, 'other', { team: 'other', order: 5 });
      const onlyOne = (build: Build, before: readonly Build[]) =>
        build.concurrency === null || !before.some(({ concurrency }) => concurrency !== null);
      const [first] = crowd;
      expect(await store.queue.firstOfTeams('default', 1, onlyOne)).toEqual([first, other]);
      expect(await store.queue.firstOfTeams('default', 2, onlyOne)).toEqual([first, free, other]);
      expect(await store.queue.firstOfTeams('default', 9, onlyOne)).toEqual([first, free, last, other]);
      const none = ({ concurrency }: Build) => concurrency === null;
      expect(await store.queue.firstOfTeams('default', 1, none)).toEqual([free, other]);
    });
  });
}
