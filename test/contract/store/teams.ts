import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '#core/team.ts';
import { aMember, aTeam, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

const page = { limit: 10, after: null };

export function describeTeams(make: MakeStore): void {
  describe('teams', () => {
    const subject = eachTest(make);

    it('creates a team once, with its first admin, and the first one stays', async () => {
      const { teams, members } = subject().store;
      const admin = aMember('admin@acme.example', { role: 'admin' });
      expect(await teams.create(aTeam(), admin)).toBe('created');
      const another = aMember('other@acme.example', { role: 'admin' });
      expect(await teams.create(aTeam({ name: 'another' }), another)).toBe('exists');
      expect(await teams.get('acme')).toEqual(aTeam());
      expect((await members.list('acme', page)).items).toEqual([admin]);
      expect(await teams.get('none')).toBeNull();
    });

    it('gives a registry prefix, and the installation, to one team only, whoever asks at once', async () => {
      const { teams } = subject().store;
      const asked = ['one', 'two', 'three'].map((id) =>
        teams.create(aTeam({ id, registry_prefix: 'shared' })),
      );
      const settled = await Promise.allSettled(asked);
      const refused = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      expect(refused).toMatchObject([{ code: 'conflict' }, { code: 'conflict' }]);
      expect((await teams.list(page)).items).toHaveLength(1);
      await teams.create(aTeam({ id: 'ops', operates: true }));
      const second = teams.create(aTeam({ id: 'ops-2', operates: true }));
      await expect(second).rejects.toMatchObject({ code: 'conflict' });
      expect(await teams.get('ops-2')).toBeNull();
    });

    it('changes a name or limits, and nothing else', async () => {
      const { teams } = subject().store;
      await teams.create(aTeam());
      const limits = { ...DEFAULT_LIMITS, builds_per_day: 3 };
      await Promise.all([teams.change('acme', { limits }), teams.change('acme', { name: 'Acme' })]);
      expect(await teams.get('acme')).toEqual(aTeam({ name: 'Acme', limits }));
      await expect(teams.change('none', { name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    });

    it('lists all, newest first, in pages', async () => {
      const { teams } = subject().store;
      for (const [index, id] of ['one', 'two', 'three'].entries())
        await teams.create(aTeam({ id, created_at: T0 + index }));
      const first = await teams.list({ limit: 2, after: null });
      const second = await teams.list({ limit: 2, after: first.next });
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['three', 'two', 'one']);
      expect(second.next).toBeNull();
    });
  });

  describe('members', () => {
    const subject = eachTest(make);
    const ann = aMember('ann@acme.example', { role: 'admin' });
    const bob = aMember('bob@acme.example', { role: 'developer', created_at: T0 + 1 });

    it('adds a member, and changes a role without changing who added them, and when', async () => {
      const { members } = subject().store;
      expect(await members.put(bob)).toEqual(bob);
      const again = { ...bob, role: 'viewer', added_by: 'ann@acme.example', created_at: T0 + 9 } as const;
      expect(await members.put(again)).toEqual({ ...bob, role: 'viewer' });
      expect(await members.get('acme', bob.email)).toEqual({ ...bob, role: 'viewer' });
      expect(await members.get('other', bob.email)).toBeNull();
    });

    it('lists a team’s members, newest first, and a person’s teams', async () => {
      const { members } = subject().store;
      for (const member of [ann, bob, aMember('ann@acme.example', { team: 'other' })])
        await members.put(member);
      expect((await members.list('acme', page)).items).toEqual([bob, ann]);
      const teams = (await members.ofPerson('ann@acme.example')).map(({ team }) => team);
      expect(teams.toSorted()).toEqual(['acme', 'other']);
      expect(await members.ofPerson('nobody@acme.example')).toEqual([]);
    });

    it('keeps the last admin, whichever way they would go', async () => {
      const { members } = subject().store;
      await members.put(ann);
      await members.put(bob);
      await expect(members.remove('acme', ann.email)).rejects.toMatchObject({ code: 'conflict' });
      await expect(members.put({ ...ann, role: 'viewer' })).rejects.toMatchObject({ code: 'conflict' });
      expect(await members.remove('acme', bob.email)).toBe(true);
      expect(await members.remove('acme', bob.email)).toBe(false);
      expect(await members.get('acme', bob.email)).toBeNull();
      expect(await members.get('acme', ann.email)).toEqual(ann);
    });

    it('keeps one of two admins who remove each other at the same time', async () => {
      const { members } = subject().store;
      await members.put(ann);
      await members.put({ ...bob, role: 'admin' });
      const results = await Promise.allSettled([
        members.remove('acme', ann.email),
        members.put({ ...bob, role: 'viewer' }),
      ]);
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const admins = (await members.list('acme', page)).items.filter(({ role }) => role === 'admin');
      expect(admins).toHaveLength(1);
    });
  });
}
