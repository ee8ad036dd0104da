import { describe, expect, it } from 'vitest';
import { tokenHash } from '#core/ids.ts';
import { DEFAULT_LIMITS } from '#core/team.ts';
import { aMember, T0 } from '#test/support/memory/examples.ts';
import { ADMIN, idTokenOf, OPERATOR, threeTeams } from './access-harness.ts';

const page = { limit: 100, after: null };
const admin = idTokenOf(ADMIN);
const operator = idTokenOf(OPERATOR);

describe('teams', () => {
  it('are made by operators, with their first admin and a registry prefix of their own', async () => {
    const { ask, store } = await threeTeams();
    const body = { id: 'shop', name: 'The shop', admin: 'Ann@Shop.example' };
    expect(await ask('/v1/teams', { as: admin, body })).toMatchObject({ status: 403 });
    expect(await ask('/v1/teams', { as: operator, body })).toMatchObject({
      status: 201,
      body: { id: 'shop', registry_prefix: 'shop', limits: DEFAULT_LIMITS, operates: false },
    });
    expect(await store.members.get('shop', 'ann@shop.example')).toMatchObject({
      role: 'admin',
      added_by: OPERATOR,
    });
    const conflict = { status: 409, body: { code: 'conflict' } };
    expect(await ask('/v1/teams', { as: operator, body })).toMatchObject(conflict);
    const taken = { ...body, id: 'shop-2', registry_prefix: 'acme' };
    expect(await ask('/v1/teams', { as: operator, body: taken })).toMatchObject(conflict);
    expect(await store.teams.get('shop-2')).toBeNull();
  });

  it.each([
    ['those that have, by their prefix', new Set(['own']), true],
    ['all have', null, true],
    ['others have', new Set(['shop']), false],
  ])('say whether they have registries: %s', async (_, teams, provisioned) => {
    const { ask } = await threeTeams({}, teams);
    const body = { id: 'shop', name: 'The shop', admin: 'ann@shop.example', registry_prefix: 'own' };
    const said = { body: { registry_prefix: 'own', provisioned } };
    expect(await ask('/v1/teams', { as: operator, body })).toMatchObject({ status: 201, ...said });
    expect(await ask('/v1/teams/shop', { as: operator })).toMatchObject(said);
    const { teams: listed } = (await ask('/v1/teams', { as: operator })).body;
    expect(listed.find(({ id }: { id: string }) => id === 'shop')).toMatchObject({ provisioned });
  });

  it.each([
    ['id', { id: 'Shop' }],
    ['id', { id: 'a/b' }],
    ['name', { name: '' }],
    ['admin', { admin: 'nobody' }],
    ['registry_prefix', { registry_prefix: '../acme' }],
    ['operates', { operates: true }],
  ])('are refused with a wrong %s: %j', async (path, fields) => {
    const { ask } = await threeTeams();
    const body = { id: 'shop', name: 'The shop', admin: 'ann@shop.example', ...fields };
    const answer = await ask('/v1/teams', { as: operator, body });
    expect(answer).toMatchObject({ status: 400, body: { errors: [expect.objectContaining({ path })] } });
  });

  it('are listed: one’s own, or all for operators', async () => {
    const { ask, token } = await threeTeams();
    const ids = async (as: string) =>
      (await ask('/v1/teams', { as })).body.teams.map(({ id }: { id: string }) => id);
    expect(await ids(admin)).toEqual(['acme']);
    expect(await ids((await token({ role: 'viewer' })).secret)).toEqual(['acme']);
    expect(await ids(operator)).toEqual(['ops', 'other', 'acme']);
    const first = await ask('/v1/teams?limit=2', { as: operator });
    const second = await ask(`/v1/teams?cursor=${first.body.next_cursor}`, { as: operator });
    expect(second.body).toMatchObject({ teams: [{ id: 'acme' }], next_cursor: null });
  });

  it('are not there for others; their limits are set by operators only', async () => {
    const { ask, store } = await threeTeams();
    const limits = { ...DEFAULT_LIMITS, builds_per_day: 10 };
    for (const id of ['other', 'no-team', '__proto__'])
      expect(await ask(`/v1/teams/${id}`, { as: admin })).toMatchObject({ status: 404 });
    const set = (as: string) => ask('/v1/teams/acme/limits', { as, method: 'PUT', body: limits });
    expect(await set(admin)).toMatchObject({ status: 403 });
    expect(await set(operator)).toMatchObject({ status: 200, body: { limits } });
    expect(await store.teams.get('acme')).toMatchObject({ limits });
    const { builds_per_day: _, ...incomplete } = limits;
    const forgotten = { as: operator, method: 'PUT', body: incomplete };
    expect(await ask('/v1/teams/acme/limits', forgotten)).toMatchObject({ status: 400 });
    const renamed = await ask('/v1/teams/acme', { as: admin, method: 'PATCH', body: { name: 'Acme' } });
    expect(renamed).toMatchObject({ status: 200, body: { name: 'Acme', limits } });
  });
});

describe('members', () => {
  const path = (email: string) => `/v1/teams/acme/members/${encodeURIComponent(email)}`;
  const put = (role: string) => ({ as: admin, method: 'PUT', body: { role } });

  it('are added, changed and taken out by admins', async () => {
    const { ask } = await threeTeams();
    const ann = path('Ann@Acme.example');
    expect(await ask(ann, put('developer'))).toMatchObject({
      status: 200,
      body: { email: 'ann@acme.example', role: 'developer', added_by: ADMIN },
    });
    const as = idTokenOf('ann@acme.example');
    expect(await ask('/v1/teams/acme/members', { as })).toMatchObject({
      body: { members: [{ email: 'ann@acme.example' }, { email: ADMIN }] },
    });
    expect(await ask(ann, { ...put('admin'), as })).toMatchObject({ status: 403 });
    expect(await ask(ann, put('viewer'))).toMatchObject({ body: { role: 'viewer' } });
    expect(await ask(ann, { as: admin, method: 'DELETE' })).toMatchObject({ status: 204, body: null });
    expect(await ask(ann, { as: admin, method: 'DELETE' })).toMatchObject({ status: 404 });
    expect(await ask('/v1/builds', { as })).toMatchObject({ status: 403 });
  });

  it('keep an admin among them', async () => {
    const { ask } = await threeTeams();
    expect(await ask(path(ADMIN), { as: admin, method: 'DELETE' })).toMatchObject({ status: 409 });
    expect(await ask(path(ADMIN), put('viewer'))).toMatchObject({ status: 409 });
    await ask(path('ann@acme.example'), put('admin'));
    expect(await ask(path(ADMIN), { as: admin, method: 'DELETE' })).toMatchObject({ status: 204 });
  });

  it('lose their tokens when they go, also where they come back', async () => {
    const { ask, token, store } = await threeTeams();
    const ann = path('ann@acme.example');
    await ask(ann, put('developer'));
    const { secret: as, id } = await token({ owner: 'ann@acme.example', role: 'developer' });
    expect(await ask('/v1/builds', { as })).toMatchObject({ status: 200 });
    await ask(ann, { as: admin, method: 'DELETE' });
    expect(await ask('/v1/builds', { as })).toMatchObject({ status: 401 });
    await ask(ann, put('developer'));
    expect(await ask('/v1/builds', { as })).toMatchObject({ status: 401 });
    expect(await store.tokens.get(id)).toMatchObject({ revoked_at: expect.any(Number) });
  });

  it('of another team are not there', async () => {
    const { ask } = await threeTeams();
    const theirs = '/v1/teams/other/members/ann%40acme.example';
    expect(await ask(theirs, put('admin'))).toMatchObject({ status: 404 });
    expect(await ask('/v1/teams/other/members', { as: admin })).toMatchObject({ status: 404 });
  });
});

describe('tokens', () => {
  const make = (as: string, fields: object = {}) => ({ as, body: { name: 'deploy', ...fields } });

  it('are shown once, and only their hash is kept', async () => {
    const { ask, store, clock } = await threeTeams();
    const { status, body } = await ask('/v1/tokens', make(admin));
    expect(status).toBe(201);
    const { token, ...shown } = body;
    expect(token).toMatch(/^bft_[A-Za-z0-9_-]{32}$/);
    expect(shown).toEqual({
      id: expect.stringMatching(/^t-[0-9a-f]{24}$/),
      name: 'deploy',
      role: 'admin',
      scopes: null,
      owner: ADMIN,
      made_by_token: null,
      created_at: new Date(clock.now).toISOString(),
      expires_at: new Date(clock.now + 90 * 24 * 3600 * 1000).toISOString(),
      revoked_at: null,
      last_used_at: null,
    });
    const kept = await store.tokens.find(tokenHash(token));
    expect(JSON.stringify(kept)).not.toContain(token.slice(4));
    expect(await ask(`/v1/tokens/${shown.id}`, { as: token })).toMatchObject({
      body: { ...shown, last_used_at: new Date(clock.now).toISOString() },
    });
    expect(JSON.stringify((await ask('/v1/tokens', { as: admin })).body)).not.toContain(token.slice(4));
  });

  it('end when they are revoked, and when their time is over', async () => {
    const { ask, clock } = await threeTeams();
    const revoked = (await ask('/v1/tokens', make(admin))).body;
    const short = (await ask('/v1/tokens', make(admin, { expires_in_s: 60 }))).body;
    const ever = (await ask('/v1/tokens', make(admin, { expires_in_s: null }))).body;
    expect(ever.expires_at).toBeNull();
    for (const _ of [1, 2])
      expect(await ask(`/v1/tokens/${revoked.id}`, { as: admin, method: 'DELETE' })).toMatchObject({
        status: 204,
      });
    clock.now += 60_000;
    const status = async ({ token }: { token: string }) => (await ask('/v1/me', { as: token })).status;
    expect([await status(revoked), await status(short), await status(ever)]).toEqual([401, 401, 200]);
  });

  it.each([
    ['role', { role: 'admin' }, 422],
    ['scopes', { scopes: ['team:write'] }, 422],
    ['scopes', { role: 'viewer', scopes: ['builds:write'] }, 422],
    ['scopes', { scopes: [] }, 400],
    ['scopes.0', { scopes: ['everything'] }, 400],
    ['name', { name: 'x'.repeat(101) }, 400],
    ['expires_in_s', { expires_in_s: 0 }, 400],
    ['team', { team: 'other' }, 400],
  ])('give no more than a developer has: %s of %j is refused', async (path, fields, status) => {
    const { ask, store } = await threeTeams();
    await store.members.put(aMember('dev@acme.example', { role: 'developer' }));
    const answer = await ask('/v1/tokens', make(idTokenOf('dev@acme.example'), fields));
    expect(answer).toMatchObject({ status, body: { errors: [expect.objectContaining({ path })] } });
    expect((await store.tokens.list('acme', null, page)).items).toEqual([]);
  });

  it('of a developer are their own affair, and the admins’', async () => {
    const { ask, store, token } = await threeTeams();
    for (const name of ['ann', 'bob'])
      await store.members.put(aMember(`${name}@acme.example`, { role: 'developer' }));
    const anns = (await ask('/v1/tokens', make(idTokenOf('ann@acme.example')))).body;
    const bob = idTokenOf('bob@acme.example');
    await ask('/v1/tokens', make(bob));
    expect((await ask('/v1/tokens', { as: bob })).body.tokens).toHaveLength(1);
    expect((await ask('/v1/tokens', { as: admin })).body.tokens).toHaveLength(2);
    expect(await ask(`/v1/tokens/${anns.id}`, { as: bob })).toMatchObject({ status: 404 });
    expect(await ask(`/v1/tokens/${anns.id}`, { as: bob, method: 'DELETE' })).toMatchObject({ status: 404 });
    const theirs = await token({ team: 'other' });
    expect(await ask(`/v1/tokens/${theirs.id}`, { as: admin, method: 'DELETE' })).toMatchObject({
      status: 404,
    });
    expect(await ask(`/v1/tokens/${anns.id}`, { as: admin, method: 'DELETE' })).toMatchObject({
      status: 204,
    });
  });

  it('that a token makes are no wider, no longer, make none, and end with it', async () => {
    const { ask, token } = await threeTeams();
    const expires_at = T0 + 2_000_000;
    const parent = await token({ scopes: ['tokens:write', 'builds:read'], expires_at });
    const { status, body: child } = await ask('/v1/tokens', make(parent.secret));
    expect(status).toBe(201);
    expect(child).toMatchObject({
      scopes: ['builds:read'],
      made_by_token: parent.id,
      owner: null,
      expires_at: new Date(expires_at).toISOString(),
    });
    for (const scopes of [['team:read'], ['tokens:write']])
      expect(await ask('/v1/tokens', make(parent.secret, { scopes }))).toMatchObject({ status: 422 });
    expect(await ask('/v1/tokens', make(child.token))).toMatchObject({ status: 403 });
    const wide = await token({ parent: parent.id });
    expect(await ask('/v1/tokens', make(wide.secret))).toMatchObject({ status: 403 });
    expect(await ask('/v1/builds', { as: child.token })).toMatchObject({ status: 200 });
    await ask(`/v1/tokens/${parent.id}`, { as: admin, method: 'DELETE' });
    expect(await ask('/v1/builds', { as: child.token })).toMatchObject({ status: 401 });
  });
});
