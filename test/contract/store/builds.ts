import { describe, expect, it } from 'vitest';
import type { Effect } from '#core/build.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import { aBuild, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore, seedBuild } from './subject.ts';

export function describeBuilds(make: MakeStore): void {
  describe('builds', () => {
    const subject = eachTest(make);

    it('creates a build once, and the first one stays', async () => {
      const { builds } = subject().store;
      const first = aBuild('one');
      expect(await builds.create(first)).toBe('created');
      expect(await builds.create({ ...first, status: 'failed' })).toBe('exists');
      expect(await builds.get(first.id)).toEqual(first);
      expect(await builds.get('b-none')).toBeNull();
    });

    it('hands out copies: changing one changes nothing in the store', async () => {
      const { builds } = subject().store;
      const given = aBuild('one');
      await builds.create(given);
      given.image.tags.push('smuggled');
      (await builds.get(given.id))?.image.tags.push('smuggled');
      expect((await builds.get(given.id))?.image.tags).toEqual(aBuild('one').image.tags);
    });

    it('pages through a team’s builds, newest first, without repeats or gaps', async () => {
      const { builds } = subject().store;
      const made = await Promise.all(
        Array.from({ length: 7 }, (_, index) =>
          // Pairs share a time, so that a page may end between two of the same ms.
          seedBuild(subject().store, `one ${index}`, { created_at: T0 + Math.floor(index / 2) }),
        ),
      );
      await seedBuild(subject().store, 'other', { team: 'other' });
      const newest = made.toSorted((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1));
      const seen: string[] = [];
      let after: string | null = null;
      let pages = 0;
      do {
        const page = await builds.list('acme', ALL_BUILDS, { limit: 3, after });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
        pages += 1;
      } while (after !== null && pages < 10);
      expect(seen).toEqual(newest.map(({ id }) => id));
      expect(pages).toBe(3);
    });

    it('gives no cursor after a full last page, and nothing for a team without builds', async () => {
      const { store } = subject();
      await seedBuild(store, 'one');
      await seedBuild(store, 'two');
      expect((await store.builds.list('acme', ALL_BUILDS, { limit: 2, after: null })).next).toBeNull();
      expect(await store.builds.list('nobody', ALL_BUILDS, { limit: 2, after: null })).toEqual({
        items: [],
        next: null,
      });
    });

    it('keeps a cursor’s place when newer builds come', async () => {
      const { store } = subject();
      for (const [name, at] of [
        ['one', 1],
        ['two', 2],
        ['three', 3],
      ] as const) {
        await seedBuild(store, name, { created_at: T0 + at });
      }
      const first = await store.builds.list('acme', ALL_BUILDS, { limit: 2, after: null });
      await seedBuild(store, 'four', { created_at: T0 + 4 });
      const second = await store.builds.list('acme', ALL_BUILDS, { limit: 2, after: first.next });
      expect(second.items.map(({ id }) => id)).toEqual([aBuild('one').id]);
    });

    it('refuses a cursor that no page gave', async () => {
      const listing = subject().store.builds.list('acme', ALL_BUILDS, { limit: 2, after: 'x/../y' });
      await expect(listing).rejects.toMatchObject({ name: 'UserError', code: 'invalid_request' });
    });

    it('clears one effect and leaves the others', async () => {
      const { store } = subject();
      const cancel: Effect = { kind: 'cancel_cloud_build', attempt: 1, cloud_build_id: 'cb-1' };
      const other: Effect = { kind: 'cancel_cloud_build', attempt: 1, cloud_build_id: null };
      const { id } = await seedBuild(store, 'one', { effects: [{ kind: 'wake_submit' }, cancel, other] });
      await store.builds.clearEffect(id, cancel);
      await store.builds.clearEffect(id, cancel);
      await store.builds.clearEffect('b-none', cancel);
      const build = await store.builds.get(id);
      expect(build).toEqual({ ...aBuild('one'), effects: [{ kind: 'wake_submit' }, other] });
    });

    it('finds a pool’s builds in some states, oldest push first, up to a limit', async () => {
      const { store } = subject();
      for (const [name, at] of [
        ['c', 3],
        ['a', 1],
        ['b', 2],
      ] as const) {
        await seedBuild(store, name, { pushed_at: T0 + at, created_at: T0 - at });
      }
      await seedBuild(store, 'running', { status: 'running', pushed_at: T0 + 4 });
      await seedBuild(store, 'done', { status: 'succeeded' });
      await seedBuild(store, 'elsewhere', { pool: 'large' });
      const ids = async (states: readonly ('queued' | 'running')[], limit: number) =>
        (await store.builds.inStates('default', states, limit)).map(({ id }) => id);
      const [a, b, c, running] = ['a', 'b', 'c', 'running'].map((name) => aBuild(name).id);
      expect(await ids(['queued', 'running'], 9)).toEqual([a, b, c, running]);
      expect(await ids(['queued'], 2)).toEqual([a, b]);
    });

    it('finds builds that owe an effect since before a time, the longest first', async () => {
      const { store } = subject();
      const effects: Effect[] = [{ kind: 'wake_submit' }];
      for (const [name, at] of [
        ['late', 5],
        ['b', 2],
        ['a', 1],
      ] as const) {
        await seedBuild(store, name, { effects, updated_at: T0 + at });
      }
      await seedBuild(store, 'nothing', { updated_at: T0 });
      const cleared = await seedBuild(store, 'cleared', { effects, updated_at: T0 });
      await store.builds.clearEffect(cleared.id, { kind: 'wake_submit' });
      const [a, b] = ['a', 'b'].map((name) => aBuild(name).id);
      expect((await store.builds.withEffects(T0 + 5, 9)).map(({ id }) => id)).toEqual([a, b]);
      expect((await store.builds.withEffects(T0 + 5, 1)).map(({ id }) => id)).toEqual([a]);
    });

    it('finds builds whose image is to go, the earliest first, until that is done', async () => {
      const { store } = subject();
      for (const [name, at] of [
        ['later', 5],
        ['b', 2],
        ['a', 1],
      ] as const) {
        await seedBuild(store, name, { status: 'succeeded', expires_at: T0 + at });
      }
      const kept = await seedBuild(store, 'kept', { status: 'succeeded' });
      const [a, b] = ['a', 'b'].map((name) => aBuild(name).id);
      const ids = async (limit: number) => (await store.builds.expiring(T0 + 5, limit)).map(({ id }) => id);
      expect(await ids(9)).toEqual([a, b]);
      expect(await ids(1)).toEqual([a]);
      await store.builds.clearExpiry(a ?? '');
      await store.builds.clearExpiry(kept.id);
      await store.builds.clearExpiry('b-none');
      expect(await ids(9)).toEqual([b]);
      expect(await store.builds.get(a ?? '')).toMatchObject({
        expires_at: null,
        updated_at: aBuild('a').updated_at,
      });
    });

    it('finds builds in some states that nothing changed since a time, the longest first', async () => {
      const { store } = subject();
      for (const [name, at] of [
        ['late', 5],
        ['b', 2],
        ['a', 1],
      ] as const) {
        await seedBuild(store, name, { status: 'running', updated_at: T0 + at });
      }
      await seedBuild(store, 'done', { status: 'failed', updated_at: T0 });
      const [a, b] = ['a', 'b'].map((name) => aBuild(name).id);
      const ids = async (limit: number) =>
        (await store.builds.stale(['running', 'cancelling'], T0 + 5, limit)).map(({ id }) => id);
      expect(await ids(9)).toEqual([a, b]);
      expect(await ids(1)).toEqual([a]);
    });
  });
}
