import { describe, expect, it } from 'vitest';
import type { Store } from '#core/ports.ts';
import { aDestination, digestOf, SHOP, T0 } from '#test/support/memory/examples.ts';
import { built, eachTest, type MakeStore, seedRunning } from './subject.ts';

/** A build of this place enters `promoting` with a digest. */
async function enter(store: Store, order: number, created_at = T0) {
  const build = await seedRunning(store, `push ${order} ${created_at}`, { order, created_at });
  return (await store.builds.apply(build.id, built(build, digestOf(`${Math.floor(order)}`)))).build;
}

/** What people do to tags, among what builds do to them. */
export function describeMoves(make: MakeStore): void {
  describe('tags.move', () => {
    const subject = eachTest(make);

    it('makes the document where there is none, and leaves a tombstone where a tag is removed', async () => {
      const { tags } = subject().store;
      const moved = await tags.move(SHOP, 'v1', { digest: digestOf('7'), order: 0.5, asked_at: T0 });
      expect(moved).toMatchObject({ digest: digestOf('7'), dirty: true, changed_at: T0, registry: null });
      expect(await tags.get(SHOP, 'v1')).toEqual(moved);
      const gone = await tags.move(SHOP, 'v1', { digest: null, order: 0.5, asked_at: T0 + 1 });
      expect(gone).toMatchObject({ digest: null, dirty: true, changed_at: T0 + 1 });
      expect(gone.candidates).toHaveLength(1);
      expect(await tags.get(SHOP, 'v1')).toEqual(gone);
      expect((await tags.dirty('installation', T0 + 9, 9)).map(({ tag }) => tag)).toEqual(['v1']);
      await tags.lease(SHOP, 'v1', 'one', T0, 1000);
      expect(await tags.settle(SHOP, 'v1', 'one', null, T0)).toBe(true);
      expect(await tags.get(SHOP, 'v1')).toMatchObject({ digest: null, dirty: false, lease: null });
    });

    it('is moved on by a later push, and not by an earlier one that ends late', async () => {
      const { store } = subject();
      await store.tags.move(SHOP, 'latest', { digest: digestOf('7'), order: 2.5, asked_at: T0 });
      const earlier = await enter(store, 2);
      expect(earlier.moved_tags).not.toContain('latest');
      expect(await store.tags.get(SHOP, 'latest')).toMatchObject({ digest: digestOf('7') });
      const later = await enter(store, 3);
      expect(later.moved_tags).toContain('latest');
      expect(await store.tags.get(SHOP, 'latest')).toMatchObject({ digest: digestOf('3') });
    });

    it('is what a later push gives the tag back to, where that fails', async () => {
      const { store } = subject();
      await store.tags.move(SHOP, 'latest', { digest: null, order: 2.5, asked_at: T0 });
      const later = await enter(store, 3);
      const failed = { type: 'promotion_failed', code: 'promotion_failed', message: 'no' } as const;
      await store.builds.apply(later.id, { ...failed, at: T0 + 50 });
      expect(await store.tags.get(SHOP, 'latest')).toMatchObject({ digest: null, dirty: true });
    });

    it('of two at one place, the one asked for later wins, whichever comes first', async () => {
      const { store } = subject();
      const wish = (digit: string, asked_at: number) =>
        store.tags.move(SHOP, 'latest', { digest: digestOf(digit), order: 1, asked_at });
      await wish('8', T0 + 2);
      expect(await wish('7', T0 + 1)).toMatchObject({ digest: digestOf('8') });
      expect(await wish('9', T0 + 2)).toMatchObject({ digest: digestOf('9') });
      const retried = await enter(store, 1, T0 + 3);
      expect(retried.moved_tags).toContain('latest');
      const first = await enter(store, 1, T0);
      expect(first.moved_tags).not.toContain('latest');
    });

    it('keeps every one of many that come at once in one order', async () => {
      const { tags } = subject().store;
      await Promise.all(
        [1, 2, 3, 4, 5].map((n) =>
          tags.move(SHOP, 'latest', { digest: digestOf(`${n}`), order: 0.5, asked_at: T0 + n }),
        ),
      );
      expect(await tags.get(SHOP, 'latest')).toMatchObject({ digest: digestOf('5') });
    });

    it('never mixes registries, nor teams', async () => {
      const { tags } = subject().store;
      const places = [
        SHOP,
        aDestination('acme/shop', { registry: 'ghcr.io/acme' }),
        aDestination('acme/shop', { registry: 'ghcr.io/acme', team: 'other' }),
        aDestination('shop', { registry: 'ghcr.io/acme' }),
      ];
      for (const [index, place] of places.entries())
        await tags.move(place, 'v1', { digest: digestOf(`${index}`), order: 1, asked_at: T0 });
      for (const [index, place] of places.entries()) {
        expect(await tags.get(place, 'v1')).toMatchObject({ digest: digestOf(`${index}`) });
        expect(await tags.wanting(place, digestOf(`${index}`), 9)).toHaveLength(1);
        expect(await tags.wanting(place, digestOf('9'), 9)).toEqual([]);
      }
    });

    it('finds the tags that want a digest, also below another', async () => {
      const { store } = subject();
      await enter(store, 1);
      await enter(store, 2);
      const names = async (digit: string, limit: number) =>
        (await store.tags.wanting(SHOP, digestOf(digit), limit)).map(({ tag }) => tag);
      expect(await names('1', 9)).toEqual(['latest', 'main-auto-aaaaaaa']);
      expect(await names('1', 1)).toEqual(['latest']);
    });

    it('abandons a tag for the digest that it is about, and no other', async () => {
      const { tags } = subject().store;
      await tags.move(SHOP, 'v1', { digest: digestOf('7'), order: 1, asked_at: T0 });
      await tags.lease(SHOP, 'v1', 'one', T0, 1000);
      await tags.abandon(SHOP, 'v1', digestOf('8'));
      expect(await tags.get(SHOP, 'v1')).toMatchObject({ dirty: true, lease: { holder: 'one' } });
      await tags.abandon(SHOP, 'v1', digestOf('7'));
      expect(await tags.get(SHOP, 'v1')).toMatchObject({ dirty: false, lease: null, digest: digestOf('7') });
      await tags.abandon(SHOP, 'none', digestOf('7'));
      expect(await tags.get(SHOP, 'none')).toBeNull();
    });
  });

  describe('what a deleted image and a list of images ask', () => {
    const subject = eachTest(make);

    it('knows the place just after every push so far', async () => {
      const { store } = subject();
      expect(await store.queue.placeOfNow('default')).toBe(0.5);
      await store.queue.lease('default', 'one', T0, 1000);
      const build = await seedRunning(store, 'x', { order: null, status: 'queued' });
      const { order } = await store.queue.stamp(build, 'one', T0);
      expect(order).toBe(1);
      expect(await store.queue.placeOfNow('default')).toBe(1.5);
    });

    it('finds who is releasing a digest, to the same destination', async () => {
      const { store } = subject();
      const { id } = await enter(store, 1);
      const found = async (place = SHOP, digit = '1') =>
        (await store.builds.releasing(place, digestOf(digit), 9)).map((build) => build.id);
      expect(await found()).toEqual([id]);
      expect(await found(SHOP, '2')).toEqual([]);
      expect(await found(aDestination('acme/other'))).toEqual([]);
      expect(await found(aDestination('acme/shop', { team: 'other' }))).toEqual([]);
      expect(await found(aDestination('acme/shop', { registry: 'ghcr.io/acme' }))).toEqual([]);
      await store.builds.apply(id, { type: 'promoted', at: T0 + 9 });
      expect(await found()).toEqual([]);
    });

    it('finds the first build of a team that succeeded with a digest', async () => {
      const { store } = subject();
      const second = await enter(store, 1, T0 + 2);
      const first = await enter(store, 1.5, T0 + 1);
      const find = (place = SHOP) => store.builds.firstAt(place, digestOf('1'));
      expect(await find()).toBeNull();
      await store.builds.apply(second.id, { type: 'promoted', at: T0 + 9 });
      expect((await find())?.id).toBe(second.id);
      await store.builds.apply(first.id, { type: 'promoted', at: T0 + 9 });
      expect((await find())?.id).toBe(first.id);
      expect(await find(aDestination('acme/other'))).toBeNull();
      expect(await find(aDestination('acme/shop', { registry: 'ghcr.io/acme' }))).toBeNull();
      expect(await find(aDestination('acme/shop', { team: 'other' }))).toBeNull();
      expect(await store.builds.firstAt(SHOP, digestOf('2'))).toBeNull();
    });
  });
}
