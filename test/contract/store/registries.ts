import { describe, expect, it } from 'vitest';
import { registryId } from '#core/ids.ts';
import { aRegistry, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

export function describeRegistries(make: MakeStore): void {
  describe('registries', () => {
    const subject = eachTest(make);

    it('keeps the first of an id, and gives it back', async () => {
      const { registries } = subject().store;
      const registry = aRegistry();
      expect(await registries.get(registry.id)).toBeNull();
      expect(await registries.create(registry)).toBe('created');
      expect(await registries.create({ ...registry, kind: 'other' })).toBe('exists');
      expect(await registries.get(registryId('acme', registry.url))).toEqual(registry);
    });

    it('lists a team’s own by address', async () => {
      const { registries } = subject().store;
      for (const url of ['ghcr.io/b', 'ghcr.io/a']) await registries.create(aRegistry({ url }));
      await registries.create(aRegistry({ url: 'ghcr.io/a', team: 'other' }));
      expect((await registries.list('acme')).map(({ url }) => url)).toEqual(['ghcr.io/a', 'ghcr.io/b']);
      expect(await registries.list('nobody')).toEqual([]);
    });

    it('notes when the credential was set, and forgets one that is removed', async () => {
      const { registries } = subject().store;
      const registry = aRegistry();
      await expect(registries.setCredentialAt(registry.id, T0)).rejects.toMatchObject({ code: 'not_found' });
      await registries.create(registry);
      await registries.setCredentialAt(registry.id, T0 + 5);
      expect(await registries.get(registry.id)).toEqual({ ...registry, credential_at: T0 + 5 });
      await registries.remove(registry.id);
      await registries.remove(registry.id);
      expect(await registries.get(registry.id)).toBeNull();
    });
  });
}
