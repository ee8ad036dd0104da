import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import { connectionId } from '#core/ids.ts';
import type { Repository } from '#core/repository.ts';
import { secretId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { aRepository } from '#test/support/memory/examples.ts';
import { removeSecret, setSecret } from '#use-cases/repository-secrets.ts';
import { aService } from './harness.ts';

const repository = aRepository();
const ID = secretId(repository.connection_id, 'TOKEN');

async function setUp() {
  const service = aService();
  await service.store.repositories.create(repository);
  const read = async () => (await service.store.repositories.get(repository.id)) as Repository;
  return {
    service,
    read,
    set: (value = 'value') => setSecret(service.deps, repository, 'TOKEN', new Secret(value)),
    remove: async () => removeSecret(service.deps, await read(), 'TOKEN'),
    value: async () => (await service.secrets.get(ID))?.reveal() ?? null,
  };
}

describe('setSecret', () => {
  it('keeps the value, and the times with the name; a second value replaces the first', async () => {
    const { service, set, read, value } = await setUp();
    const first = service.clock.now;
    await set();
    expect((await read()).secrets).toEqual({ TOKEN: { created_at: first, updated_at: first } });
    service.clock.now += 5000;
    await set('another');
    expect((await read()).secrets).toEqual({ TOKEN: { created_at: first, updated_at: first + 5000 } });
    expect(await value()).toBe('another');
  });

  it.each(['before', 'after'] as const)(
    'leaves a name that is seen where it died %s the value was kept',
    async (when) => {
      const { service, set, read, remove } = await setUp();
      service.secrets.faults.plan('put', when, new TransientError('gone'));
      await expect(set()).rejects.toThrow('gone');
      expect((await read()).secrets).toEqual({ TOKEN: { created_at: service.clock.now, updated_at: null } });
      await remove();
      expect(service.secrets.ids()).toEqual([]);
      expect((await read()).secrets).toEqual({});
    },
  );

  it('takes the value back where the repository was disconnected meanwhile', async () => {
    const { service, set } = await setUp();
    const { put } = service.secrets;
    service.deps.secrets.put = async (...args) => {
      await put(...args);
      await service.store.repositories.disconnect(repository, service.clock.now);
      await service.store.repositories.create(
        aRepository({ team: 'other', connection_id: connectionId('again') }),
      );
    };
    await expect(set()).rejects.toMatchObject({ name: 'UserError', code: 'not_found' });
    expect(service.secrets.ids()).toEqual([]);
    expect((await service.store.repositories.get(repository.id))?.secrets).toEqual({});
  });

  it('keeps nothing where the repository is gone before', async () => {
    const { service, set } = await setUp();
    await service.store.repositories.disconnect(repository, service.clock.now);
    await expect(set()).rejects.toMatchObject({ code: 'not_found' });
    expect(service.secrets.ids()).toEqual([]);
  });
});

describe('removeSecret', () => {
  it('removes the value and the name; one that is not there is said', async () => {
    const { service, set, read, remove } = await setUp();
    await set();
    await remove();
    expect(service.secrets.ids()).toEqual([]);
    expect((await read()).secrets).toEqual({});
    await expect(remove()).rejects.toMatchObject({ name: 'UserError', code: 'not_found' });
  });

  it.each(['before', 'after'] as const)('can be repeated where it died %s the value went', async (when) => {
    const { service, set, read, remove } = await setUp();
    await set();
    service.secrets.faults.plan('remove', when, new TransientError('gone'));
    await expect(remove()).rejects.toThrow('gone');
    expect(Object.keys((await read()).secrets)).toEqual(['TOKEN']);
    await remove();
    expect((await read()).secrets).toEqual({});
  });

  it('leaves one that was set again while it was removed', async () => {
    const { service, set, read, remove, value } = await setUp();
    await set();
    const { remove: removeValue } = service.secrets;
    service.deps.secrets.remove = async (id) => {
      await removeValue(id);
      service.clock.now += 1;
      await set('again');
    };
    await remove();
    expect(await value()).toBe('again');
    expect(Object.keys((await read()).secrets)).toEqual(['TOKEN']);
  });
});
