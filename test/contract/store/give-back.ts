import { describe, expect, it } from 'vitest';
import type { BuildEvent } from '#core/events.ts';
import { aBuild, digestOf, SHOP, T0 } from '#test/support/memory/examples.ts';
import { built, eachTest, type MakeStore, seedRunning } from './subject.ts';

/** What a build in `promoting` hears where the registry refuses for good. */
function failing(at: number): BuildEvent {
  return { type: 'promotion_failed', at, code: 'promotion_failed', message: 'the registry refuses' };
}

export function describeGiveBack(make: MakeStore): void {
  describe('builds.apply, a promotion that fails', () => {
    const subject = eachTest(make);

    it('keeps who else wants a tag, in the step that moves it, until the release drops all lower ones', async () => {
      const { store } = subject();
      const first = await seedRunning(store, 'first', { order: 1 });
      await store.builds.apply(first.id, built(first, digestOf('1')));
      const second = await seedRunning(store, 'second', { order: 2 });
      await store.builds.apply(second.id, built(second, digestOf('2')));
      const lower = { digest: digestOf('1'), order: 1, asked_at: T0, build_id: first.id, released: false };
      const own = { digest: digestOf('2'), order: 2, asked_at: T0, build_id: second.id, released: false };
      const moved = await store.tags.get(SHOP, 'latest');
      expect(moved).toMatchObject({ digest: digestOf('2'), candidates: [own, lower], dirty: true });
      const { build, outcome } = await store.builds.apply(second.id, { type: 'promoted', at: T0 + 20 });
      expect(build).toMatchObject({ status: 'succeeded', moved_tags: second.image.tags });
      expect(outcome).toEqual({ kind: 'applied', build });
      expect(await store.builds.get(second.id)).toEqual(build);
      // The digest stays, so do the dirty mark and its time.
      const candidates = [{ ...own, released: true }];
      expect(await store.tags.get(SHOP, 'latest')).toEqual({ ...moved, candidates });
      const { build: late } = await store.builds.apply(first.id, { type: 'promoted', at: T0 + 30 });
      expect(late).toMatchObject({ status: 'succeeded', moved_tags: [] });
      expect(await store.tags.get(SHOP, 'latest')).toEqual({ ...moved, candidates });
    });

    it('says of a released build which tags were its own then', async () => {
      const { store } = subject();
      const image = (own: string) => ({ registry: null, name: 'acme/shop', tags: [own, 'latest'] });
      const first = await seedRunning(store, 'first', { order: 1, image: image('own-1') });
      const entered = await store.builds.apply(first.id, built(first, digestOf('1')));
      expect(entered.build.moved_tags).toEqual(['own-1', 'latest']);
      const second = await seedRunning(store, 'second', { order: 2, image: image('own-2') });
      await store.builds.apply(second.id, built(second, digestOf('2')));
      const { build } = await store.builds.apply(first.id, { type: 'promoted', at: T0 + 20 });
      expect(build.moved_tags).toEqual(['own-1']);
      expect(await store.builds.get(first.id)).toEqual(build);
    });

    it('gives the tags back in the step that fails a promotion, and removes those that were not there', async () => {
      const { store } = subject();
      const image = (own: string) => ({ registry: null, name: 'acme/shop', tags: [own, 'latest'] });
      const first = await seedRunning(store, 'first', { order: 1, image: image('own-1') });
      await store.builds.apply(first.id, built(first, digestOf('1')));
      await store.builds.apply(first.id, { type: 'promoted', at: T0 + 10 });
      const second = await seedRunning(store, 'second', { order: 2, image: image('own-2') });
      await store.builds.apply(second.id, built(second, digestOf('2')));
      const { build, outcome } = await store.builds.apply(second.id, failing(T0 + 20));
      expect(build).toMatchObject({ status: 'failed', finished_at: T0 + 20 });
      expect(outcome).toEqual({ kind: 'applied', build });
      expect(await store.builds.get(second.id)).toEqual(build);
      expect(await store.tags.get(SHOP, 'own-2')).toBeNull();
      const back = { digest: digestOf('1'), order: 1, asked_at: T0, build_id: first.id, released: true };
      expect(await store.tags.get(SHOP, 'latest')).toEqual({
        version: 1,
        team: 'acme',
        registry: null,
        image: 'acme/shop',
        tag: 'latest',
        digest: digestOf('1'),
        candidates: [back],
        dirty: true,
        changed_at: T0 + 20,
        lease: null,
        doubted_at: null,
      });
      expect(build.moved_tags).toEqual([]);
    });

    it('says that a build moved no tag where its failure only removed what it had made', async () => {
      const { store } = subject();
      const only = await seedRunning(store, 'only', { order: 1 });
      await store.builds.apply(only.id, built(only, digestOf('1')));
      const { build } = await store.builds.apply(only.id, failing(T0 + 20));
      expect(build).toMatchObject({ status: 'failed', moved_tags: [] });
      for (const tag of only.image.tags) expect(await store.tags.get(SHOP, tag)).toBeNull();
      expect(await store.tags.dirty('installation', T0 + 99, 9)).toEqual([]);
    });

    it('leaves a tag that a later push moved where an earlier promotion fails', async () => {
      const { store } = subject();
      const first = await seedRunning(store, 'first', { order: 1 });
      await store.builds.apply(first.id, built(first, digestOf('1')));
      const second = await seedRunning(store, 'second', { order: 2 });
      await store.builds.apply(second.id, built(second, digestOf('2')));
      const before = await store.tags.get(SHOP, 'latest');
      const { build } = await store.builds.apply(first.id, failing(T0 + 20));
      expect(build).toMatchObject({ status: 'failed', moved_tags: [] });
      const own = { digest: digestOf('2'), order: 2, asked_at: T0, build_id: second.id, released: false };
      expect(await store.tags.get(SHOP, 'latest')).toEqual({ ...before, candidates: [own] });
    });

    describe('of builds that overlap', () => {
      /** Steps of the pushes 1, 2, …, after push 0 was released and its tags settled; gives `latest` then. */
      async function latestAfter(...steps: readonly number[]) {
        const { store } = subject();
        const image = { registry: null, name: 'acme/shop', tags: ['latest'] };
        const enter = async (order: number) => {
          const build = await seedRunning(store, `push ${order}`, { order, image });
          await store.builds.apply(build.id, built(build, digestOf(`${order}`), T0 + 9));
          return build;
        };
        const settle = async (order: number) => {
          await store.tags.lease(SHOP, 'latest', 'writer', T0, 1000);
          expect(await store.tags.settle(SHOP, 'latest', 'writer', digestOf(`${order}`), T0)).toBe(true);
        };
        const zero = await enter(0);
        await store.builds.apply(zero.id, { type: 'promoted', at: T0 + 10 });
        await settle(0);
        for (const step of steps) {
          if (step > 0) await enter(step);
          else {
            const { digest } = (await store.tags.get(SHOP, 'latest')) ?? {};
            await settle(Number(digest?.at(-1)));
            const { id } = aBuild(`push ${-step}`);
            const { build } = await store.builds.apply(id, failing(T0 + 20));
            expect(build).toMatchObject({ status: 'failed', moved_tags: [] });
          }
        }
        return store.tags.get(SHOP, 'latest');
      }
      const candidate = (order: number, released = false) => {
        const { id } = aBuild(`push ${order}`);
        return { digest: digestOf(`${order}`), order, build_id: id, released };
      };
      const back = { dirty: true, changed_at: T0 + 20, lease: null };
      const Z = candidate(0, true);

      it('returns to the released one where the earlier one fails first', async () => {
        const expected = { ...back, digest: digestOf('0'), candidates: [Z] };
        expect(await latestAfter(1, 2, -1, -2)).toMatchObject(expected);
      });

      it('returns to the released one where the later one fails first', async () => {
        const expected = { ...back, digest: digestOf('0'), candidates: [Z] };
        expect(await latestAfter(1, 2, -2, -1)).toMatchObject(expected);
      });

      it('returns to the one of three that did not fail', async () => {
        const expected = { ...back, digest: digestOf('1'), candidates: [candidate(1), Z] };
        expect(await latestAfter(1, 2, 3, -2, -3)).toMatchObject(expected);
      });

      it('gives the tag to an earlier push that entered after the one that failed', async () => {
        const expected = { ...back, digest: digestOf('1'), candidates: [candidate(1), Z] };
        expect(await latestAfter(2, 1, -2)).toMatchObject(expected);
      });
    });

    it('leaves a tag clean whose digest stays where a promotion of the same image fails', async () => {
      const { store } = subject();
      const first = await seedRunning(store, 'first', { order: 1 });
      await store.builds.apply(first.id, built(first, digestOf('1')));
      await store.tags.lease(SHOP, 'latest', 'writer', T0, 1000);
      await store.tags.settle(SHOP, 'latest', 'writer', digestOf('1'), T0);
      const clean = await store.tags.get(SHOP, 'latest');
      expect(clean).toMatchObject({ dirty: false, changed_at: T0 + 9 });
      const second = await seedRunning(store, 'second', { order: 2 });
      const { build } = await store.builds.apply(second.id, built(second, digestOf('1'), T0 + 15));
      expect(build.moved_tags).toEqual(second.image.tags);
      const candidates = [{ order: 2 }, { order: 1 }];
      const fields = { dirty: false, changed_at: T0 + 9, digest: digestOf('1') };
      expect(await store.tags.get(SHOP, 'latest')).toMatchObject({ ...fields, candidates });
      await store.builds.apply(second.id, failing(T0 + 20));
      expect(await store.tags.get(SHOP, 'latest')).toEqual(clean);
    });

    it('gives tags back once, whichever of many failures and releases come at once', async () => {
      const { store } = subject();
      const first = await seedRunning(store, 'first', { order: 1 });
      await store.builds.apply(first.id, built(first, digestOf('1')));
      await store.builds.apply(first.id, { type: 'promoted', at: T0 + 10 });
      const second = await seedRunning(store, 'second', { order: 2 });
      await store.builds.apply(second.id, built(second, digestOf('2')));
      const events = [failing(T0 + 20), { type: 'promoted', at: T0 + 20 } as const, failing(T0 + 20)];
      const all = await Promise.all(events.map((event) => store.builds.apply(second.id, event)));
      expect(all.filter(({ outcome }) => outcome.kind === 'applied')).toHaveLength(1);
      const { status } = (await store.builds.get(second.id)) ?? {};
      const digest = digestOf(status === 'succeeded' ? '2' : '1');
      expect(await store.tags.get(SHOP, 'latest')).toMatchObject({ digest });
    });

    it('keeps a writer’s lease when a tag is given back under it', async () => {
      const { store } = subject();
      const first = await seedRunning(store, 'first', { order: 1 });
      await store.builds.apply(first.id, built(first, digestOf('1')));
      const second = await seedRunning(store, 'second', { order: 2 });
      await store.builds.apply(second.id, built(second, digestOf('2')));
      await store.tags.lease(SHOP, 'latest', 'writer', T0, 60_000);
      await store.builds.apply(second.id, failing(T0 + 20));
      const lease = { holder: 'writer', until: T0 + 60_000 };
      expect(await store.tags.get(SHOP, 'latest')).toMatchObject({ digest: digestOf('1'), lease });
      expect(await store.tags.settle(SHOP, 'latest', 'writer', digestOf('2'), T0)).toBe(false);
      expect(await store.tags.settle(SHOP, 'latest', 'writer', digestOf('1'), T0)).toBe(true);
    });

    it('moves no tag for a refused result', async () => {
      const { store } = subject();
      const build = await seedRunning(store, 'one');
      const refusal = { type: 'result_refused', at: T0 + 9, attempt: 1, message: 'not there' } as const;
      const { build: refused } = await store.builds.apply(build.id, refusal);
      expect(refused).toMatchObject({ status: 'failed', moved_tags: [], result: null });
      for (const tag of build.image.tags) expect(await store.tags.get(SHOP, tag)).toBeNull();
    });
  });
}
