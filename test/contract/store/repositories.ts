import { describe, expect, it } from 'vitest';
import { disconnectionOf } from '#core/disconnection.ts';
import { UserError } from '#core/errors.ts';
import { connectionId } from '#core/ids.ts';
import type { Repository } from '#core/repository.ts';
import { aRepository, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore, seedBuild } from './subject.ts';

const named = (name: string) => (repository: Repository) => ({ ...repository, default_branch: name });

export function describeRepositories(make: MakeStore): void {
  describe('repositories', () => {
    const subject = eachTest(make);
    const connected = async (fields: Partial<Repository> = {}) => {
      const repository = aRepository(fields);
      expect(await subject().store.repositories.create(repository)).toBe('created');
      return repository;
    };

    it('creates a repository once, and the first one stays', async () => {
      const { repositories } = subject().store;
      const first = await connected();
      expect(await repositories.create(aRepository({ default_branch: 'other' }))).toBe('exists');
      expect(await repositories.get(first.id)).toEqual(first);
      expect(await repositories.get('r-none')).toBeNull();
    });

    it('finds one by what its host knows it by, on that host only', async () => {
      const { repositories } = subject().store;
      const shop = await connected({ host_id: '7' });
      await connected({ full_name: 'acme/api', host_id: '8' });
      expect(await repositories.withHostId('github', '7')).toEqual(shop);
      expect(await repositories.withHostId('gitlab', '7')).toBeNull();
      expect(await repositories.withHostId('github', '9')).toBeNull();
    });

    it('pages those of a team, newest first, without repeats or gaps', async () => {
      const { repositories } = subject().store;
      for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries())
        await connected({ full_name: `acme/${name}`, created_at: T0 + Math.floor(index / 2) });
      await connected({ full_name: 'other/api', team: 'other' });
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page = await repositories.list('acme', { limit: 2, after });
        seen.push(...page.items.map(({ full_name }) => full_name));
        after = page.next;
      } while (after !== null);
      expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `acme/${name}`));
      expect(seen[0]).toBe('acme/e');
      expect(await repositories.list('nobody', { limit: 2, after: null })).toEqual({ items: [], next: null });
    });

    it('keeps every change, whoever changes at the same time', async () => {
      const { repositories } = subject().store;
      const repository = await connected();
      const add = (name: string) =>
        repositories.change(repository, (known) => ({
          ...known,
          variables: { ...known.variables, run: { ...known.variables.run, [name]: 'x' } },
        }));
      await Promise.all(['A', 'B', 'C', 'D'].map(add));
      const changed = await repositories.get(repository.id);
      expect(Object.keys(changed?.variables.run ?? {}).toSorted()).toEqual(['A', 'B', 'C', 'D']);
      expect(await repositories.change(repository, (known) => known)).toEqual(changed);
    });

    it('keeps a map without what was taken out of it', async () => {
      const { repositories } = subject().store;
      const repository = await connected({ variables: { build: { A: '1', B: '2' }, run: {} } });
      await repositories.change(repository, (known) => ({
        ...known,
        variables: { build: { B: '3' }, run: {} },
      }));
      expect((await repositories.get(repository.id))?.variables.build).toEqual({ B: '3' });
    });

    it('changes nothing of another connection, and nothing where the change is refused', async () => {
      const { repositories } = subject().store;
      const repository = await connected();
      const earlier = { ...repository, connection_id: connectionId('earlier') };
      expect(await repositories.change(earlier, named('stray'))).toBeNull();
      expect(await repositories.change({ ...repository, id: 'r-none' }, named('stray'))).toBeNull();
      const refused = repositories.change(repository, () => {
        throw new UserError('conflict', 'no');
      });
      await expect(refused).rejects.toMatchObject({ name: 'UserError', code: 'conflict' });
      expect(await repositories.get(repository.id)).toEqual(repository);
    });

    it('disconnects once, leaving a note, and connects anew', async () => {
      const { repositories } = subject().store;
      const secrets = { TOKEN: { created_at: T0, updated_at: null } };
      const repository = await connected({ secrets });
      const note = disconnectionOf(repository, T0 + 5);
      expect(note.secret_names).toEqual(['TOKEN']);
      const made = await Promise.all([1, 2, 3].map(() => repositories.disconnect(repository, T0 + 5)));
      expect(made.filter((left) => left !== null)).toEqual([note]);
      expect(await repositories.get(repository.id)).toBeNull();
      const again = await connected({ connection_id: connectionId('again'), team: 'other' });
      expect(await repositories.disconnect(repository, T0 + 6)).toBeNull();
      expect(await repositories.change(repository, named('stray'))).toBeNull();
      expect(await repositories.get(repository.id)).toEqual(again);
      expect(await repositories.disconnections(T0 + 9, 9)).toEqual([note]);
    });

    it('finds the notes that are due, the earliest first, until they are worked off', async () => {
      const { repositories } = subject().store;
      for (const [name, at] of [
        ['late', 3],
        ['early', 1],
        ['middle', 2],
      ] as const) {
        const repository = await connected({ full_name: `acme/${name}` });
        await repositories.disconnect(repository, T0 + at);
      }
      const due = async (before: number, limit = 9) =>
        (await repositories.disconnections(before, limit)).map(({ connection_id }) => connection_id);
      const [early, middle, late] = ['early', 'middle', 'late'].map((name) => connectionId(`acme/${name}`));
      expect(await due(T0 + 3)).toEqual([early, middle]);
      expect(await due(T0 + 9, 2)).toEqual([early, middle]);
      await repositories.workedOff(early ?? '', T0 + 5);
      await repositories.workedOff(middle ?? '', null);
      expect(await due(T0 + 9)).toEqual([late, early]);
      await repositories.workedOff(middle ?? '', T0 + 1);
      expect(await due(T0 + 9)).toEqual([late, early]);
    });

    it('finds the builds of one connection, by state', async () => {
      const { store } = subject();
      const queued = await seedBuild(store, 'queued');
      const running = await seedBuild(store, 'running', { status: 'running' });
      await seedBuild(store, 'done', { status: 'succeeded' });
      await seedBuild(store, 'other', { connection_id: connectionId('again') });
      const find = async (limit: number) =>
        (await store.builds.ofConnection(queued.connection_id, ['queued', 'running'], limit)).map(
          ({ id }) => id,
        );
      expect((await find(9)).toSorted()).toEqual([queued.id, running.id].toSorted());
      expect(await find(1)).toHaveLength(1);
    });
  });
}
