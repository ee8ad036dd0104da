import { describe, expect, it } from 'vitest';
import type { BuilderReport } from '#core/events.ts';
import type { Store } from '#core/ports.ts';
import { DOUBT_MS } from '#core/tags.ts';
import { aDestination, aResult, digestOf, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore, seedRunning } from './subject.ts';

/** Moves `image:latest` to a digest, in the only way there is: a build that enters `promoting`. */
async function move(store: Store, image: string, order: number, digest: string, at = T0): Promise<string> {
  const name = `${image} ${order}`;
  const { id, cloud_build_id } = await seedRunning(store, name, {
    order,
    image: { registry: null, name: image, tags: ['latest'] },
  });
  const report: BuilderReport = { type: 'built', stages: [], result: aResult(digest), last_log_chunk: null };
  const event = { type: 'reported', at, attempt: 1, cloud_build_id: cloud_build_id ?? '', report } as const;
  await store.builds.apply(id, event);
  return id;
}

export function describeTags(make: MakeStore): void {
  describe('tags', () => {
    const subject = eachTest(make);
    const IMAGE = 'acme/group/shop';

    it('has no document, and no lease, of a tag that nothing moved', async () => {
      const { tags } = subject().store;
      expect(await tags.get(aDestination(IMAGE), 'latest')).toBeNull();
      expect(await tags.lease(aDestination(IMAGE), 'latest', 'one', T0, 1000)).toBeNull();
      expect(await tags.settle(aDestination(IMAGE), 'latest', 'one', digestOf('1'), T0)).toBe(false);
      await tags.release(aDestination(IMAGE), 'latest', 'one', null);
      expect(await tags.get(aDestination(IMAGE), 'latest')).toBeNull();
    });

    it('settles and releases nothing of a tag that was removed meanwhile', async () => {
      const { builds, tags } = subject().store;
      const id = await move(subject().store, IMAGE, 1, digestOf('1'));
      await tags.lease(aDestination(IMAGE), 'latest', 'one', T0, 1000);
      const event = { type: 'promotion_failed', code: 'promotion_failed', message: 'no' } as const;
      await builds.apply(id, { ...event, at: T0 + 1 });
      expect(await tags.settle(aDestination(IMAGE), 'latest', 'one', digestOf('1'), T0)).toBe(false);
      await tags.release(aDestination(IMAGE), 'latest', 'one', null);
      expect(await tags.get(aDestination(IMAGE), 'latest')).toBeNull();
    });

    it('leases a tag to one writer at a time, until it expires', async () => {
      const { store } = subject();
      await move(store, IMAGE, 1, digestOf('1'));
      const writers = ['one', 'two', 'three'].map((holder) =>
        store.tags.lease(aDestination(IMAGE), 'latest', holder, T0, 1000),
      );
      const [holder, ...others] = (await Promise.all(writers)).filter((document) => document !== null);
      expect(others).toEqual([]);
      expect(holder?.lease?.until).toBe(T0 + 1000);
      expect(holder).toEqual(await store.tags.get(aDestination(IMAGE), 'latest'));
      expect(await store.tags.lease(aDestination(IMAGE), 'latest', 'late', T0 + 999, 1000)).toBeNull();
      expect(await store.tags.lease(aDestination(IMAGE), 'latest', 'late', T0 + 1000, 1000)).not.toBeNull();
    });

    it('lets the holder lease again, and release; nobody else', async () => {
      const { store } = subject();
      await move(store, IMAGE, 1, digestOf('1'));
      await store.tags.lease(aDestination(IMAGE), 'latest', 'one', T0, 1000);
      expect(
        (await store.tags.lease(aDestination(IMAGE), 'latest', 'one', T0 + 500, 1000))?.lease?.until,
      ).toBe(T0 + 1500);
      await store.tags.release(aDestination(IMAGE), 'latest', 'two', null);
      expect(await store.tags.lease(aDestination(IMAGE), 'latest', 'two', T0 + 501, 1000)).toBeNull();
      await store.tags.release(aDestination(IMAGE), 'latest', 'one', null);
      expect(await store.tags.lease(aDestination(IMAGE), 'latest', 'two', T0 + 501, 1000)).not.toBeNull();
    });

    it('settles for the holder, if the document still wants the digest', async () => {
      const { store } = subject();
      await move(store, IMAGE, 1, digestOf('1'));
      await store.tags.lease(aDestination(IMAGE), 'latest', 'one', T0, 1000);
      expect(await store.tags.settle(aDestination(IMAGE), 'latest', 'two', digestOf('1'), T0)).toBe(false);
      await move(store, IMAGE, 2, digestOf('2'));
      expect(await store.tags.settle(aDestination(IMAGE), 'latest', 'one', digestOf('1'), T0)).toBe(false);
      expect(await store.tags.get(aDestination(IMAGE), 'latest')).toMatchObject({
        dirty: true,
        lease: { holder: 'one' },
      });
      expect(await store.tags.settle(aDestination(IMAGE), 'latest', 'one', digestOf('2'), T0)).toBe(true);
      expect(await store.tags.get(aDestination(IMAGE), 'latest')).toMatchObject({
        digest: digestOf('2'),
        dirty: false,
        lease: null,
      });
    });

    it('keeps the mark for a while after a writer lost its lease: what it sent may still come', async () => {
      const { store } = subject();
      await move(store, IMAGE, 1, digestOf('1'));
      await store.tags.lease(aDestination(IMAGE), 'latest', 'stalled', T0, 1000);
      expect(
        (await store.tags.lease(aDestination(IMAGE), 'latest', 'two', T0 + 1000, 1000))?.doubted_at,
      ).toBe(T0 + 1000);
      expect(await store.tags.settle(aDestination(IMAGE), 'latest', 'two', digestOf('1'), T0 + 1500)).toBe(
        true,
      );
      expect(await store.tags.get(aDestination(IMAGE), 'latest')).toMatchObject({ dirty: true, lease: null });
      const later = T0 + 1000 + DOUBT_MS;
      await store.tags.lease(aDestination(IMAGE), 'latest', 'three', later, 1000);
      expect(await store.tags.settle(aDestination(IMAGE), 'latest', 'three', digestOf('1'), later)).toBe(
        true,
      );
      expect(await store.tags.get(aDestination(IMAGE), 'latest')).toMatchObject({
        dirty: false,
        doubted_at: null,
      });
    });

    it('is marked again by a writer that does not know what became of its request', async () => {
      const { store } = subject();
      await move(store, IMAGE, 1, digestOf('1'));
      await store.tags.lease(aDestination(IMAGE), 'latest', 'one', T0, 1000);
      await store.tags.release(aDestination(IMAGE), 'latest', 'two', T0 + 1);
      expect(await store.tags.get(aDestination(IMAGE), 'latest')).toMatchObject({ doubted_at: null });
      await store.tags.release(aDestination(IMAGE), 'latest', 'one', T0 + 1);
      const doubted = { dirty: true, doubted_at: T0 + 1, lease: null };
      expect(await store.tags.get(aDestination(IMAGE), 'latest')).toMatchObject(doubted);
    });

    it('finds the dirty ones that moved before a time, the longest first, up to a limit', async () => {
      const { store } = subject();
      for (const [image, at] of [
        ['acme/c', 3],
        ['acme/a', 1],
        ['acme/b', 2],
        ['acme/clean', 1],
      ] as const) {
        await move(store, image, 1, digestOf('1'), T0 + at);
      }
      await store.tags.lease(aDestination('acme/clean'), 'latest', 'one', T0, 1000);
      await store.tags.settle(aDestination('acme/clean'), 'latest', 'one', digestOf('1'), T0);
      const images = async (before: number, limit: number) =>
        (await store.tags.dirty('installation', before, limit)).map(({ image }) => image);
      expect(await images(T0 + 3, 9)).toEqual(['acme/a', 'acme/b']);
      expect(await images(T0 + 4, 2)).toEqual(['acme/a', 'acme/b']);
      expect(await images(T0 + 4, 9)).toEqual(['acme/a', 'acme/b', 'acme/c']);
      const own = aDestination('acme/own', { registry: 'ghcr.io/acme' });
      await store.tags.move(own, 'latest', { digest: digestOf('1'), order: 1, asked_at: T0 });
      expect(await images(T0 + 4, 9)).toEqual(['acme/a', 'acme/b', 'acme/c']);
      expect((await store.tags.dirty('teams', T0 + 4, 9)).map(({ image }) => image)).toEqual(['acme/own']);
    });
  });
}
