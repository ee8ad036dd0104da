import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '#core/audit.ts';
import { tokenHash, tokenIdOf } from '#core/ids.ts';
import { aToken, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

const page = { limit: 10, after: null };

/** An audit record of team `acme` that has no outcome yet. */
function aRecord(id: string, fields: Partial<AuditRecord> = {}): AuditRecord {
  return {
    version: 1,
    id,
    teams: ['acme'],
    caller: { kind: 'user', id: 'ann@acme.example', owner: 'ann@acme.example' },
    operation: 'builds.cancel',
    resource: '/v1/builds/b-1/cancel',
    made: null,
    from: '203.0.113.7',
    request_id: id,
    at: T0,
    finished_at: null,
    status: null,
    ...fields,
  };
}

export function describeAccess(make: MakeStore): void {
  describe('tokens', () => {
    const subject = eachTest(make);

    it('finds a token by its whole hash only, and by its id', async () => {
      const { tokens } = subject().store;
      const hash = tokenHash('bft_one');
      const token = aToken(hash);
      expect(await tokens.create(token)).toBe('created');
      expect(await tokens.create(aToken(hash, { name: 'another' }))).toBe('exists');
      expect(await tokens.find(hash)).toEqual(token);
      expect(await tokens.get(token.id)).toEqual(token);
      expect(await tokens.get('t-none')).toBeNull();
      const alike = `${hash.slice(0, 40)}${'0'.repeat(24)}`;
      expect(tokenIdOf(alike)).toBe(token.id);
      expect(await tokens.find(alike)).toBeNull();
    });

    it('keeps when a token was used, and when it was revoked first', async () => {
      const { tokens } = subject().store;
      const token = aToken(tokenHash('bft_one'));
      await tokens.create(token);
      await tokens.used(token.id, T0 + 1);
      await tokens.revoke(token.id, T0 + 2);
      await tokens.revoke(token.id, T0 + 3);
      expect(await tokens.get(token.id)).toEqual({ ...token, last_used_at: T0 + 1, revoked_at: T0 + 2 });
      await expect(tokens.revoke('t-none', T0)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('lists a team’s tokens, or an owner’s, newest first', async () => {
      const { tokens } = subject().store;
      const given = [
        ['one', { owner: 'ann@acme.example', created_at: T0 + 1 }],
        ['two', { owner: 'bob@acme.example', created_at: T0 + 2 }],
        ['three', { owner: 'ann@acme.example', created_at: T0 + 3 }],
        ['four', { owner: 'ann@acme.example', team: 'other', created_at: T0 + 4 }],
      ] as const;
      for (const [name, fields] of given) await tokens.create(aToken(tokenHash(name), { name, ...fields }));
      const names = async (owner: string | null) =>
        (await tokens.list('acme', owner, page)).items.map(({ name }) => name);
      expect(await names(null)).toEqual(['three', 'two', 'one']);
      expect(await names('ann@acme.example')).toEqual(['three', 'one']);
      const first = await tokens.list('acme', null, { limit: 2, after: null });
      const second = await tokens.list('acme', null, { limit: 2, after: first.next });
      expect(second.items.map(({ name }) => name)).toEqual(['one']);
    });
  });

  describe('audit log', () => {
    const subject = eachTest(make);

    it('keeps a record, then its outcome, and shows it to its teams, newest first', async () => {
      const { auditLog } = subject().store;
      await auditLog.begin(aRecord('a-1'));
      await auditLog.begin(aRecord('a-2', { teams: ['acme', 'other'], at: T0 + 1 }));
      await auditLog.begin(aRecord('a-3', { teams: ['other'], at: T0 + 2 }));
      const outcome = { made: 'b-2', finished_at: T0 + 5, status: 201 };
      await auditLog.finish('a-1', outcome);
      const first = await auditLog.list('acme', { limit: 1, after: null });
      expect(first.items).toEqual([aRecord('a-2', { teams: ['acme', 'other'], at: T0 + 1 })]);
      const second = await auditLog.list('acme', { limit: 1, after: first.next });
      expect(second.items).toEqual([{ ...aRecord('a-1'), ...outcome }]);
      expect((await auditLog.list('other', page)).items.map(({ id }) => id)).toEqual(['a-3', 'a-2']);
    });

    it('takes no record in the place of another', async () => {
      const { auditLog } = subject().store;
      await auditLog.begin(aRecord('a-1'));
      await expect(auditLog.begin(aRecord('a-1', { operation: 'builds.create' }))).rejects.toThrow('a-1');
      expect((await auditLog.list('acme', page)).items).toEqual([aRecord('a-1')]);
    });
  });

  describe('quotas', () => {
    const subject = eachTest(make);

    it('gives as many places of a day as there are, whoever asks at once', async () => {
      const { quotas } = subject().store;
      const take = (build: string) => quotas.take('acme', '2026-01-01', 5, build);
      const builds = Array.from({ length: 12 }, (_, index) => `b-${index}`);
      const given = await Promise.all(builds.map(take));
      expect(given.filter((place) => place)).toHaveLength(5);
      // Who has a place keeps it, and nobody gets one for having asked again.
      expect(await Promise.all(builds.map(take))).toEqual(given);
    });

    it('counts each team and each day for itself', async () => {
      const { quotas } = subject().store;
      expect(await quotas.take('acme', '2026-01-01', 1, 'b-1')).toBe(true);
      expect(await quotas.take('acme', '2026-01-01', 1, 'b-2')).toBe(false);
      expect(await quotas.take('acme', '2026-01-02', 1, 'b-2')).toBe(true);
      expect(await quotas.take('other', '2026-01-01', 1, 'b-3')).toBe(true);
      // A limit that is raised or lowered counts from then on.
      expect(await quotas.take('acme', '2026-01-01', 2, 'b-4')).toBe(true);
      expect(await quotas.take('acme', '2026-01-01', 1, 'b-5')).toBe(false);
    });
  });
}
