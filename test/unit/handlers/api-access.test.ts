import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AuditRecord } from '#core/audit.ts';
import { aMember } from '#test/support/memory/examples.ts';
import { ADMIN, idTokenOf, OPERATOR, threeTeams } from './access-harness.ts';

const Operation = z.looseObject({ operationId: z.string(), security: z.array(z.unknown()).optional() });
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) });
const page = { limit: 100, after: null };

describe('who calls', () => {
  it('gets 401 alike for every token that is not good, with the scheme that is', async () => {
    const { ask, token } = await threeTeams();
    const revoked = await token({ revoked_at: 1 });
    const expired = await token({ expires_at: 1 });
    const answers = await Promise.all(
      [undefined, 'bft_unknownunknown', revoked.secret, expired.secret, 'no-id-token-at-all'].map((as) =>
        ask('/v1/builds', as === undefined ? {} : { as }),
      ),
    );
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401);
      expect({ ...body, request_id: '' }).toEqual({ ...answers[0]?.body, request_id: '' });
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('is told of their teams, and what they may do in one', async () => {
    const { ask, store } = await threeTeams();
    await store.members.put(aMember(ADMIN, { team: 'other', role: 'viewer' }));
    const as = idTokenOf(ADMIN);
    const teams = expect.arrayContaining([
      { id: 'acme', role: 'admin' },
      { id: 'other', role: 'viewer' },
    ]);
    expect((await ask('/v1/me', { as })).body).toEqual({
      kind: 'user',
      id: ADMIN,
      owner: ADMIN,
      teams,
      acting_for: null,
      expires_at: null,
    });
    const acting = await ask('/v1/me', { as, headers: { 'x-bitflow-team': 'other' } });
    expect(acting.body.acting_for).toMatchObject({ team: 'other', role: 'viewer' });
    expect(acting.body.acting_for.permissions).toContain('builds:read');
    expect(acting.body.acting_for.permissions).not.toContain('builds:write');
  });

  it('says for which team where there are several; and only for one of their own', async () => {
    const { ask, store } = await threeTeams();
    await store.members.put(aMember(ADMIN, { team: 'other', role: 'viewer' }));
    const as = idTokenOf(ADMIN);
    expect(await ask('/v1/builds', { as })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'X-Bitflow-Team' }] },
    });
    const acting = (team: string) => ({ as, headers: { 'x-bitflow-team': team } });
    expect(await ask('/v1/builds', acting('acme'))).toMatchObject({ status: 200 });
    expect(await ask('/v1/builds', acting('ops'))).toMatchObject({ status: 403 });
    expect(await ask('/v1/builds', acting('no-team'))).toMatchObject({ status: 403 });
    expect(await ask('/v1/me', acting('ops'))).toMatchObject({ status: 403 });
  });

  it('is told that they are in no team', async () => {
    const { ask } = await threeTeams();
    const as = idTokenOf('nobody@acme.example');
    const answer = await ask('/v1/builds', { as });
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(answer.body.detail).toContain('in no team');
    expect(await ask('/v1/me', { as })).toMatchObject({ status: 200, body: { teams: [], acting_for: null } });
  });

  it('does with a token what its role and scopes allow, and for its team', async () => {
    const { ask, token } = await threeTeams();
    const viewer = await token({ role: 'viewer' });
    const narrow = await token({ scopes: ['builds:read'] });
    expect(await ask('/v1/builds', { as: viewer.secret })).toMatchObject({ status: 200 });
    expect(await ask('/v1/builds', { as: narrow.secret })).toMatchObject({ status: 200 });
    expect(await ask('/v1/audit-log', { as: viewer.secret })).toMatchObject({ status: 403 });
    expect(await ask('/v1/audit-log', { as: narrow.secret })).toMatchObject({ status: 403 });
    const elsewhere = { as: viewer.secret, headers: { 'x-bitflow-team': 'other' } };
    expect(await ask('/v1/builds', elsewhere)).toMatchObject({ status: 403 });
    expect(await ask('/v1/me', { as: narrow.secret })).toMatchObject({
      body: { kind: 'token', id: narrow.id, acting_for: { permissions: ['builds:read'] } },
    });
  });

  it('is refused before anything else of the request is looked at', async () => {
    const { ask, token } = await threeTeams();
    const { secret: as } = await token({ role: 'viewer' });
    const sent = { as, body: { nonsense: true } };
    expect(await ask('/v1/builds', sent)).toMatchObject({ status: 403 });
  });
});

describe('a request id', () => {
  it('is our own, in the header, in problems and in the audit record', async () => {
    const { ask, store, token } = await threeTeams();
    const { secret: as } = await token();
    const headers = { 'x-request-id': 'chosen-by-the-caller' };
    const { body, headers: answered } = await ask('/v1/tokens', { as, headers, body: { name: '' } });
    expect(body.request_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(answered.get('x-request-id')).toBe(body.request_id);
    const { items } = await store.auditLog.list('acme', page);
    expect(items.map(({ request_id }) => request_id)).toEqual([body.request_id]);
    expect((await ask('/v1/health', {})).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const nowhere = await ask('/v1/nowhere', { as });
    expect(nowhere.headers.get('x-request-id')).toBe(nowhere.body.request_id);
  });
});

describe('the audit log', () => {
  it('tells who changed what, when and from where, and what became of it', async () => {
    const { ask, clock } = await threeTeams();
    const as = idTokenOf(ADMIN);
    const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7' };
    const made = await ask('/v1/tokens', { as, headers, body: { name: 'deploy' } });
    await ask(`/v1/tokens/${made.body.id}`, { as, method: 'DELETE' });
    await ask('/v1/tokens', { as });
    const { status, body } = await ask('/v1/audit-log', { as });
    expect(status).toBe(200);
    const at = new Date(clock.now).toISOString();
    const caller = { kind: 'user', id: ADMIN, owner: ADMIN };
    const common = { caller, at, finished_at: at };
    expect(
      body.records.toSorted((a: { status: number }, b: { status: number }) => a.status - b.status),
    ).toEqual([
      {
        ...common,
        id: expect.any(String),
        request_id: made.body.request_id ?? expect.any(String),
        operation: 'tokens.create',
        resource: '/v1/tokens',
        made: made.body.id,
        from: '203.0.113.7',
        status: 201,
      },
      {
        ...common,
        id: expect.any(String),
        request_id: expect.any(String),
        operation: 'tokens.revoke',
        resource: `/v1/tokens/${made.body.id}`,
        made: null,
        from: null,
        status: 204,
      },
    ]);
  });

  it('has a record of every operation that may change something', async () => {
    const { ask, store } = await threeTeams();
    const as = idTokenOf(OPERATOR);
    const document = Document.parse((await ask('/openapi.json')).body);
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId, security }]) => ({
        path: path.replace('{email}', 'x@y.example').replaceAll(/\{[^}]+\}/g, 'x-none'),
        method: method.toUpperCase(),
        operationId,
        open: security === undefined || security.length === 0,
      })),
    );
    const changing = operations.filter(({ method, open }) => method !== 'GET' && !open);
    expect(changing.length).toBeGreaterThan(15);
    for (const { path, method, operationId } of changing) {
      const { headers } = await ask(path, { as, method, body: {} });
      const { items } = await store.auditLog.list('ops', page);
      const record = items.find(({ request_id }) => request_id === headers.get('x-request-id'));
      // One only says what would be; of an ID token there is nothing to revoke.
      const changesNothing = ['builds.plan', 'me.sign_out'].includes(operationId);
      const expected = changesNothing ? undefined : operationId;
      expect([operationId, record?.operation]).toEqual([operationId, expected]);
      if (record) expect(record.status).not.toBeNull();
    }
  });

  it('keeps what was refused, and what was wrong', async () => {
    const { ask, store, token } = await threeTeams();
    const { secret: viewer } = await token({ role: 'viewer' });
    const { secret: admin } = await token();
    await ask('/v1/tokens', { as: viewer, body: { name: 'x' } });
    await ask('/v1/tokens', { as: admin, body: { name: '' } });
    await ask('/v1/tokens/t-none', { as: admin, method: 'DELETE' });
    const { items } = await store.auditLog.list('acme', page);
    expect(items.map(({ status }) => status).toSorted()).toEqual([400, 403, 404]);
    for (const record of items) expect(record.finished_at).not.toBeNull();
  });

  it('has a record without an outcome of a change that a death interrupted', async () => {
    const { ask, store } = await threeTeams();
    const as = idTokenOf(ADMIN);
    store.auditLog.finish = async () => Promise.reject(new Error('dead'));
    // The change is made: the answer says so, whatever became of its record.
    expect(await ask('/v1/tokens', { as, body: { name: 'x' } })).toMatchObject({ status: 201 });
    const { items } = await store.auditLog.list('acme', page);
    expect(items).toMatchObject([{ operation: 'tokens.create', status: null, finished_at: null }]);
  });

  it('lets nothing be changed that it cannot keep', async () => {
    const { ask, store } = await threeTeams();
    const as = idTokenOf(ADMIN);
    store.auditLog.begin = async () => Promise.reject(new Error('away'));
    expect(await ask('/v1/tokens', { as, body: { name: 'x' } })).toMatchObject({ status: 500 });
    expect((await store.tokens.list('acme', null, page)).items).toEqual([]);
  });

  it('shows a team what an operator changed of it, and nobody what does not concern them', async () => {
    const { ask, store } = await threeTeams();
    const limits = { concurrent_builds: 2, builds_per_day: null, build_timeout_s: 600, machine_type: null };
    await ask('/v1/teams/acme/limits', { as: idTokenOf(OPERATOR), method: 'PUT', body: limits });
    await ask('/v1/teams/acme', {
      as: idTokenOf('admin@other.example'),
      method: 'PATCH',
      body: { name: 'x' },
    });
    const operations = async (team: string) =>
      (await store.auditLog.list(team, page)).items.map((record) => AuditRecord.parse(record).operation);
    expect(await operations('acme')).toEqual(['teams.limits.set']);
    expect(await operations('ops')).toEqual(['teams.limits.set']);
    expect(await operations('other')).toEqual(['teams.change']);
  });
});
