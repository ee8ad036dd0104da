import { describe, expect, it } from 'vitest';
import { aRepository } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

export function describeRepositories(make: MakeStore): void {
  describe('repositories', () => {
    const subject = eachTest(make);

    it('creates a repository once, and the first one stays', async () => {
      const { repositories } = subject().store;
      const first = aRepository();
      expect(await repositories.create(first)).toBe('created');
      expect(await repositories.create(aRepository({ default_branch: 'other' }))).toBe('exists');
      expect(await repositories.get(first.id)).toEqual(first);
      expect(await repositories.get('r-none')).toBeNull();
    });

    it('lists those of a team, by name', async () => {
      const { repositories } = subject().store;
      for (const name of ['acme/web', 'acme/api'])
        await repositories.create(aRepository({ full_name: name }));
      await repositories.create(aRepository({ full_name: 'other/api', team: 'other' }));
      expect((await repositories.list('acme')).map((found) => found.full_name)).toEqual([
        'acme/api',
        'acme/web',
      ]);
      expect(await repositories.list('nobody')).toEqual([]);
    });

    it('adds the name of a secret once, whoever adds at the same time', async () => {
      const { repositories } = subject().store;
      const { id } = aRepository();
      await repositories.create(aRepository());
      await Promise.all(['A', 'B', 'A', 'C'].map((name) => repositories.addSecretName(id, name)));
      expect((await repositories.get(id))?.secret_names.toSorted()).toEqual(['A', 'B', 'C']);
    });
  });
}
