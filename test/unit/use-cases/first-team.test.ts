import { expect, it } from 'vitest';
import { aTeam } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { firstTeam } from '#use-cases/first-team.ts';

const given = { id: 'acme', name: 'Acme', admin: 'ann@acme.example' };

it('makes the team that operates the installation, with its admin', async () => {
  const store = memoryStore();
  await firstTeam({ store, now: () => 7 }, given);
  expect(await store.teams.get('acme')).toMatchObject({ operates: true, registry_prefix: 'acme' });
  expect(await store.members.get('acme', given.admin)).toMatchObject({ role: 'admin' });
});

it('refuses where there is any team', async () => {
  const store = memoryStore({ teams: [aTeam({ id: 'other' })] });
  await expect(firstTeam({ store, now: () => 7 }, given)).rejects.toMatchObject({ code: 'conflict' });
  expect(await store.teams.get('acme')).toBeNull();
});

it('makes one only, whoever tries again or at the same time', async () => {
  const store = memoryStore();
  const make = (id: string) => firstTeam({ store, now: () => 7 }, { ...given, id });
  const results = await Promise.allSettled(['one', 'two', 'three'].map(make));
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(refused).toMatchObject([{ code: 'conflict' }, { code: 'conflict' }]);
  await expect(make('four')).rejects.toMatchObject({ code: 'conflict' });
  expect((await store.teams.list({ limit: 9, after: null })).items).toHaveLength(1);
});
