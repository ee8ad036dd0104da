import { describe, expect, it } from 'vitest';
import { aBuild, aDestination, digestOf, SHOP, T0 } from '#test/support/memory/examples.ts';
import { built, eachTest, type MakeStore, seedBuild, seedRunning } from './subject.ts';

export function describeApply(make: MakeStore): void {
  describe('builds.apply', () => {
    const subject = eachTest(make);

    it('writes what was applied, and says so', async () => {
      const { builds } = subject().store;
      const { id } = await seedBuild(subject().store, 'one', { order: 1 });
      const applied = await builds.apply(id, { type: 'claimed', at: T0 + 1 });
      const expected = {
        ...aBuild('one'),
        order: 1,
        status: 'submitting',
        attempt: 1,
        submitting_at: T0 + 1,
      };
      expect(applied.build).toEqual({ ...expected, updated_at: T0 + 1 });
      expect(applied.outcome).toEqual({ kind: 'applied', build: applied.build });
      expect(applied.before).toEqual(aBuild('one', { order: 1 }));
      expect(await builds.get(id)).toEqual(applied.build);
    });

    it('writes nothing where the event is ignored or illegal, and gives the build as it stands', async () => {
      const { builds } = subject().store;
      const build = await seedBuild(subject().store, 'one', { status: 'promoting', order: 1 });
      const ignored = await builds.apply(build.id, { type: 'approved', at: T0 + 1 });
      const illegal = await builds.apply(build.id, { type: 'cancel_requested', at: T0 + 2 });
      expect([ignored.outcome.kind, illegal.outcome.kind]).toEqual(['ignored', 'illegal']);
      expect([ignored.build, illegal.build, await builds.get(build.id)]).toEqual([build, build, build]);
      expect([ignored.before, illegal.before]).toEqual([build, build]);
    });

    it('throws UserError(not_found) where there is no such build', async () => {
      const applying = subject().store.builds.apply('b-none', { type: 'promoted', at: T0 });
      await expect(applying).rejects.toMatchObject({ name: 'UserError', code: 'not_found' });
    });

    it('applies one of 20 equal events at once, exactly once', async () => {
      const { store } = subject();
      const { id } = await seedBuild(store, 'one', { order: 1 });
      const all = await Promise.all(
        Array.from({ length: 20 }, () => store.builds.apply(id, { type: 'claimed', at: T0 + 1 })),
      );
      expect(all.filter(({ outcome }) => outcome.kind === 'applied')).toHaveLength(1);
      expect((await store.builds.get(id))?.attempt).toBe(1);
    }, 60_000);

    it('lets one of two racing Cloud Builds in', async () => {
      const { store } = subject();
      const { id } = await seedBuild(store, 'one', { status: 'submitting', order: 1, attempt: 1 });
      const exchange = (cloud_build_id: string) =>
        store.builds.apply(id, { type: 'exchanged', at: T0 + 1, attempt: 1, cloud_build_id });
      const results = await Promise.all(['cb-1', 'cb-2', 'cb-3'].map(exchange));
      expect(results.map(({ outcome }) => outcome.kind).toSorted()).toEqual([
        'applied',
        'illegal',
        'illegal',
      ]);
    });

    it('makes a cancel and a result exclude each other', async () => {
      const { store } = subject();
      for (let round = 0; round < 3; round++) {
        const build = await seedRunning(store, `race ${round}`, {
          image: { registry: null, name: `acme/${round}`, tags: ['latest'] },
        });
        const [result, cancel] = await Promise.all([
          store.builds.apply(build.id, built(build, digestOf('1'))),
          store.builds.apply(build.id, { type: 'cancel_requested', at: T0 + 9 }),
        ]);
        const kinds = [result.outcome.kind, cancel.outcome.kind];
        expect([
          ['applied', 'illegal'],
          ['ignored', 'applied'],
        ]).toContainEqual(kinds);
        const released = (await store.tags.get(aDestination(`acme/${round}`), 'latest')) !== null;
        expect(released).toBe(result.outcome.kind === 'applied');
      }
    }, 60_000);

    it('moves the tags in the step that enters promoting', async () => {
      const { store } = subject();
      const build = await seedRunning(store, 'one', { order: 4 });
      const { build: promoting, outcome } = await store.builds.apply(build.id, built(build, digestOf('1')));
      expect(promoting).toMatchObject({ status: 'promoting', moved_tags: build.image.tags });
      expect(outcome).toEqual({ kind: 'applied', build: promoting });
      expect(await store.builds.get(build.id)).toEqual(promoting);
      const moved = {
        digest: digestOf('1'),
        candidates: [{ digest: digestOf('1'), order: 4, asked_at: T0, build_id: build.id, released: false }],
        dirty: true,
        changed_at: T0 + 9,
        lease: null,
        doubted_at: null,
      };
      expect(await store.tags.get(SHOP, 'latest')).toEqual({
        version: 1,
        team: 'acme',
        registry: null,
        image: 'acme/shop',
        tag: 'latest',
        ...moved,
      });
    });

    it('moves tags only forward in the order of pushes, whichever build ends first', async () => {
      const { store } = subject();
      const image = (own: string) => ({ registry: null, name: 'acme/shop', tags: [own, 'latest'] });
      const earlier = await seedRunning(store, 'earlier', { order: 1.5, image: image('own-1') });
      const later = await seedRunning(store, 'later', { order: 2, image: image('own-2') });
      await store.builds.apply(later.id, built(later, digestOf('2'), T0 + 1));
      const { build } = await store.builds.apply(earlier.id, built(earlier, digestOf('1'), T0 + 2));
      expect(build.moved_tags).toEqual(['own-1']);
      expect(await store.tags.get(SHOP, 'latest')).toMatchObject({
        digest: digestOf('2'),
        candidates: [{ order: 2 }, { order: 1.5 }],
      });
      expect(await store.tags.get(SHOP, 'own-1')).toMatchObject({
        digest: digestOf('1'),
        candidates: [{ order: 1.5 }],
      });
    });

    it('ends with the last push’s digest when many builds of an image end at once', async () => {
      const { store } = subject();
      const made = await Promise.all(
        [3, 1, 5, 2, 4].map((order) =>
          seedRunning(store, `many ${order}`, {
            order,
            image: { registry: null, name: 'acme/shop', tags: ['latest'] },
          }),
        ),
      );
      await Promise.all(
        made.map((build) => store.builds.apply(build.id, built(build, digestOf(`${build.order}`)))),
      );
      expect(await store.tags.get(SHOP, 'latest')).toMatchObject({
        digest: digestOf('5'),
        candidates: [5, 4, 3, 2, 1].map((order) => ({
          digest: digestOf(`${order}`),
          order,
          released: false,
        })),
      });
    }, 60_000);

    it('keeps a writer’s lease when a tag moves under it', async () => {
      const { store } = subject();
      const first = await seedRunning(store, 'first', { order: 1 });
      await store.builds.apply(first.id, built(first, digestOf('1')));
      await store.tags.lease(SHOP, 'latest', 'writer', T0, 60_000);
      const second = await seedRunning(store, 'second', { order: 2 });
      await store.builds.apply(second.id, built(second, digestOf('2')));
      const lease = { holder: 'writer', until: T0 + 60_000 };
      expect(await store.tags.get(SHOP, 'latest')).toMatchObject({
        digest: digestOf('2'),
        dirty: true,
        lease,
      });
    });
  });
}
