import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import { repositoryId, tokenHash, webhookSecret } from '#core/ids.ts';
import { secretId } from '#core/repository.ts';
import { anApi } from '#test/support/api.ts';
import { aBuild, aDelivery, aTeam, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { aService, WEBHOOK_KEY } from '#test/unit/use-cases/harness.ts';
import { sweep } from '#use-cases/sweep.ts';
import { takeIn } from '#use-cases/take-in.ts';

const ACME = 'bft_0123456789abcdef';
const OTHER = 'bft_other-0123456789';
const SHOP = { platform: 'github', full_name: 'acme/shop' };
const ID = repositoryId('github', 'acme/shop');
const AT = `/v1/repositories/${ID}`;

/** The API with the teams `acme` and `other`; `ask` speaks for `acme` unless told otherwise, or for nobody (null). */
async function given() {
  const service = aService();
  const tokens = new Map([
    [tokenHash(ACME), { id: 't-1', team: 'acme' }],
    [tokenHash(OTHER), { id: 't-2', team: 'other' }],
  ]);
  const store = memoryStore({ tokens, teams: [aTeam(), aTeam({ id: 'other' })] });
  const api = anApi({ store }, service);
  const send = (method: string, path: string, body?: unknown, token: string | null = ACME, headers = {}) =>
    api.request(path, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const ask = async (...args: Parameters<typeof send>) => {
    const answer = await send(...args);
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  };
  const connect = (fields: object = {}, token = ACME) =>
    ask('POST', '/v1/repositories', { ...SHOP, ...fields }, token);
  return { service, store, ask, connect };
}

const problem = (status: number, code: string) => ({ status, body: { code } });

describe('POST and GET /v1/repositories', () => {
  it('connects with defaults, and shows the webhook secret this once', async () => {
    const { connect, ask, store } = await given();
    const answer = await connect();
    expect(answer).toMatchObject({
      status: 201,
      body: { id: ID, default_branch: 'main', image_name: 'acme/acme/shop', badge_public: false },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const connection = (await store.repositories.get(ID))?.connection_id ?? '';
    const { webhook_secret, ...shown } = answer.body;
    expect(webhook_secret).toBe(webhookSecret(WEBHOOK_KEY, connection, 1));
    const read = await ask('GET', AT);
    expect(read).toMatchObject({ status: 200, body: shown });
    for (const hidden of [webhook_secret, connection, '"variables"'])
      expect(JSON.stringify(read.body)).not.toContain(hidden);
    expect(JSON.stringify(await store.repositories.get(ID))).not.toContain(webhook_secret);
  });

  it('refuses to connect what is connected, by whichever team', async () => {
    const { connect } = await given();
    await connect();
    expect(await connect({ full_name: 'ACME/shop' })).toMatchObject(problem(409, 'conflict'));
    expect(await connect({}, OTHER)).toMatchObject(problem(409, 'conflict'));
  });

  it('pages those of the caller’s team, newest first', async () => {
    const { connect, ask, service } = await given();
    for (const name of ['a', 'b', 'c']) {
      service.clock.now += 1;
      await connect({ full_name: `acme/${name}` });
    }
    await connect({ full_name: 'other/x' }, OTHER);
    const first = await ask('GET', '/v1/repositories?limit=2');
    expect(first.body.repositories.map((shown: { full_name: string }) => shown.full_name)).toEqual([
      'acme/c',
      'acme/b',
    ]);
    const rest = await ask('GET', `/v1/repositories?limit=2&cursor=${first.body.next_cursor}`);
    expect(rest.body).toMatchObject({ repositories: [{ full_name: 'acme/a' }], next_cursor: null });
  });
});

describe('PATCH /v1/repositories/{id}', () => {
  it('changes what is given, and leaves the rest', async () => {
    const { connect, ask } = await given();
    const { webhook_secret: _, ...before } = (await connect()).body;
    const changes = {
      default_branch: 'next',
      badge_public: true,
      clone_url: 'https://github.com/acme/moved',
    };
    expect(await ask('PATCH', AT, changes)).toMatchObject({ status: 200, body: { ...before, ...changes } });
    expect((await ask('PATCH', AT, {})).body).toEqual({ ...before, ...changes });
    expect((await ask('GET', AT)).body).toEqual({ ...before, ...changes });
  });

  it.each([
    ['an address inside', { clone_url: 'https://10.0.0.1/a/b' }, 'clone_url', 422],
    ['a branch that is an option', { default_branch: '--help' }, 'default_branch', 400],
    ['a folder that climbs', { root_directory: '../x' }, 'root_directory', 400],
    ['a builder that there is not', { builder_type: 'make' }, 'builder_type', 400],
    ['a name, which it keeps', { full_name: 'acme/other' }, 'full_name', 400],
  ])('refuses %s', async (_, body, path, status) => {
    const { connect, ask } = await given();
    await connect();
    expect(await ask('PATCH', AT, body)).toMatchObject({ status, body: { errors: [{ path }] } });
  });
});

describe('/v1/repositories/{id}/variables', () => {
  it('replaces and patches them, build and run apart', async () => {
    const { connect, ask } = await given();
    await connect();
    const at = `${AT}/variables`;
    expect(await ask('GET', at)).toMatchObject({ status: 200, body: { build: {}, run: {} } });
    const variables = { build: { CI: '1' }, run: { PORT: '80', MODE: 'x' } };
    expect(await ask('PUT', at, variables)).toMatchObject({ status: 200, body: variables });
    const patched = { build: { CI: '1' }, run: { PORT: '8080' } };
    const patch = { run: { MODE: null, PORT: '8080' } };
    expect((await ask('PATCH', at, patch)).body).toEqual(patched);
    expect((await ask('GET', at)).body).toEqual(patched);
  });

  it.each([
    ['half of them', 'PUT', { build: {} }, 'run'],
    ['a bad name', 'PUT', { build: { 'A-B': 'x' }, run: {} }, 'build.A-B'],
    ['a name that the store keeps for itself', 'PATCH', { run: { __X__: 'x' } }, 'run.__X__'],
    ['a NUL', 'PATCH', { run: { A: '\0' } }, 'run.A'],
    ['null in a whole', 'PUT', { build: { A: null }, run: {} }, 'build.A'],
    ['another kind', 'PATCH', { test: {} }, 'test'],
  ])('refuses %s', async (_, method, body, path) => {
    const { connect, ask } = await given();
    await connect();
    expect(await ask(method, `${AT}/variables`, body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path }] },
    });
  });

  it('answers 409 for the name of a secret, and a secret of the name of a variable', async () => {
    const { connect, ask } = await given();
    await connect();
    await ask('PUT', `${AT}/secrets/TOKEN`, { value: 'x' });
    await ask('PATCH', `${AT}/variables`, { run: { PORT: '80' } });
    expect(await ask('PATCH', `${AT}/variables`, { run: { TOKEN: 'x' } })).toMatchObject(
      problem(409, 'conflict'),
    );
    expect(await ask('PUT', `${AT}/secrets/PORT`, { value: 'x' })).toMatchObject(problem(409, 'conflict'));
  });
});

describe('/v1/repositories/{id}/secrets', () => {
  it('lists names and times, never a value; removes', async () => {
    const { connect, ask, service } = await given();
    await connect();
    const first = service.clock.now;
    for (const name of ['TWO', 'ONE'])
      expect((await ask('PUT', `${AT}/secrets/${name}`, { value: 'hush-hush' })).status).toBe(204);
    service.clock.now += 1000;
    await ask('PUT', `${AT}/secrets/TWO`, { value: 'hush-hush' });
    const iso = (ms: number) => new Date(ms).toISOString();
    const { body } = await ask('GET', `${AT}/secrets`);
    expect(body).toEqual({
      secrets: [
        { name: 'ONE', created_at: iso(first), updated_at: iso(first) },
        { name: 'TWO', created_at: iso(first), updated_at: iso(first + 1000) },
      ],
      next_cursor: null,
    });
    expect((await ask('GET', AT)).body.secret_names).toEqual(['ONE', 'TWO']);
    expect((await ask('DELETE', `${AT}/secrets/ONE`)).status).toBe(204);
    expect(await ask('DELETE', `${AT}/secrets/ONE`)).toMatchObject(problem(404, 'not_found'));
    expect((await ask('GET', AT)).body.secret_names).toEqual(['TWO']);
    expect(service.secrets.ids()).toHaveLength(1);
  });
});

describe('POST /v1/repositories/{id}/webhook-secret/rotate', () => {
  it('makes a new secret, and says until when the older ones are good', async () => {
    const { connect, ask, service, store } = await given();
    const { body: connected } = await connect();
    const answer = await ask('POST', `${AT}/webhook-secret/rotate`, {});
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const connection = (await store.repositories.get(ID))?.connection_id ?? '';
    expect(answer.body.webhook_secret).toBe(webhookSecret(WEBHOOK_KEY, connection, 2));
    expect(answer.body.webhook_secret).not.toBe(connected.webhook_secret);
    const end = new Date(service.clock.now + 24 * 3600_000).toISOString();
    expect(answer.body.webhook_secrets).toMatchObject([
      { generation: 1, accepted_until: end },
      { generation: 2, accepted_until: null },
    ]);
  });

  it.each([-1, 604_801, 1.5, '60'])('refuses an overlap of %s', async (overlap_s) => {
    const { connect, ask } = await given();
    await connect();
    expect(await ask('POST', `${AT}/webhook-secret/rotate`, { overlap_s })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'overlap_s' }] },
    });
  });
});

describe('DELETE /v1/repositories/{id}', () => {
  it('disconnects: secrets go, what waits is cancelled, builds stay; once more is 404', async () => {
    const { connect, ask, service, store } = await given();
    await connect();
    await ask('PUT', `${AT}/secrets/TOKEN`, { value: 'hush' });
    const created = await ask('POST', '/v1/builds', { repository_id: ID, commit_sha: 'a'.repeat(40) });
    expect((await ask('DELETE', AT)).status).toBe(204);
    expect(service.secrets.ids()).toEqual([]);
    expect(await ask('GET', `/v1/builds/${created.body.id}`)).toMatchObject({
      status: 200,
      body: { status: 'cancelled', reason: 'disconnected' },
    });
    for (const [method, path, body] of [
      ['DELETE', AT],
      ['GET', AT],
      ['PATCH', AT, {}],
      ['GET', `${AT}/secrets`],
      ['PUT', `${AT}/secrets/TOKEN`, { value: 'x' }],
      ['POST', '/v1/builds', { repository_id: ID }],
    ] as const)
      expect(await ask(method, path, body)).toMatchObject(problem(404, 'not_found'));
    expect((await ask('GET', '/v1/repositories')).body.repositories).toEqual([]);
    expect(await store.repositories.get(ID)).toBeNull();
  });

  it('is disconnected also where it cannot be cleaned up now: the sweep does it', async () => {
    const { connect, ask, service, store } = await given();
    await connect();
    await ask('PUT', `${AT}/secrets/TOKEN`, { value: 'hush' });
    service.secrets.faults.plan('remove', 'before', new TransientError('away'));
    expect((await ask('DELETE', AT)).status).toBe(204);
    expect(service.secrets.ids()).toHaveLength(1);
    service.clock.now += service.deps.graceMs + 1;
    await sweep({ ...service.deps, store });
    expect(service.secrets.ids()).toEqual([]);
  });

  it('shows and leaves nothing to a team that connects it next', async () => {
    const { connect, ask, service, store } = await given();
    const { body: mine } = await connect({ badge_public: true, default_branch: 'own' });
    await ask('PUT', `${AT}/secrets/TOKEN`, { value: 'hush' });
    await ask('PATCH', `${AT}/variables`, { run: { MODE: 'own' } });
    await ask('POST', `${AT}/webhook-secret/rotate`, {});
    const ended = aBuild('ended', { status: 'failed', ref: 'refs/heads/main' });
    await store.builds.create(ended);
    await store.deliveries.create(aDelivery('d-1', { ref: 'refs/heads/own' }));
    await takeIn({ ...service.deps, store }, 'd-1');
    const before = (await store.repositories.get(ID))?.connection_id ?? '';
    service.secrets.faults.plan('remove', 'before', new TransientError('away'));
    await ask('DELETE', AT);
    service.clock.now += 1;

    const { body: theirs, status } = await connect({}, OTHER);
    expect(status).toBe(201);
    expect(theirs).toMatchObject({
      default_branch: 'main',
      badge_public: false,
      secret_names: [],
      webhook_secrets: [{ generation: 1 }],
      image_name: 'other/acme/shop',
    });
    expect(theirs.webhook_secret).not.toBe(mine.webhook_secret);
    expect((await ask('GET', `${AT}/variables`, undefined, OTHER)).body).toEqual({ build: {}, run: {} });
    const after = (await store.repositories.get(ID))?.connection_id ?? '';
    expect(secretId(after, 'TOKEN')).not.toBe(secretId(before, 'TOKEN'));
    for (const path of [`/v1/builds/${ended.id}`, '/v1/deliveries/d-1'])
      expect(await ask('GET', path, undefined, OTHER)).toMatchObject(problem(404, 'not_found'));
    expect((await ask('GET', `${AT}/badge.svg`, undefined, OTHER)).body).toContain('unknown');
    // what the first team keeps, and what it does not have any more
    for (const path of [`/v1/builds/${ended.id}`, '/v1/deliveries/d-1'])
      expect((await ask('GET', path)).status).toBe(200);
    expect(await ask('GET', AT)).toMatchObject(problem(404, 'not_found'));
    expect(await ask('DELETE', AT)).toMatchObject(problem(404, 'not_found'));
    // the clean-up of the first connection comes after the second one was made
    await ask('PUT', `${AT}/secrets/TOKEN`, { value: 'theirs' }, OTHER);
    service.clock.now += service.deps.graceMs + 1;
    await sweep({ ...service.deps, store });
    expect(service.secrets.ids()).toEqual([secretId(after, 'TOKEN')]);
  });
});

describe('GET /v1/repositories/{id}/badge.svg', () => {
  const at = `${AT}/badge.svg`;

  it('takes a token unless it is public, and tells nobody which repositories there are', async () => {
    const { connect, ask } = await given();
    await connect();
    const anonymous = async (path: string) => {
      const { status, body } = await ask('GET', path, undefined, null);
      return { status, code: body.code, detail: body.detail };
    };
    expect(await anonymous(at)).toMatchObject({ status: 401 });
    expect(await anonymous('/v1/repositories/r-none/badge.svg')).toEqual(await anonymous(at));
    expect(await ask('GET', at, undefined, OTHER)).toMatchObject(problem(404, 'not_found'));
    const shown = await ask('GET', at);
    expect(shown.status).toBe(200);
    expect(shown.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(shown.headers.get('cache-control')).toBe('private, no-cache');
    await ask('PATCH', AT, { badge_public: true });
    for (const path of [at, '/v1/repositories/acme%2Fshop/badge.svg']) {
      const open = await ask('GET', path, undefined, null);
      expect(open).toMatchObject({ status: 200, body: shown.body });
      expect(open.headers.get('cache-control')).toBe('public, max-age=60');
    }
    expect((await ask('GET', AT, undefined, null)).status).toBe(401);
    await ask('PATCH', AT, { badge_public: false });
    expect((await ask('GET', at, undefined, null)).status).toBe(401);
  });

  it('tells how the newest build of the branch ended; a cancelled one tells nothing', async () => {
    const { connect, ask, store } = await given();
    await connect({ badge_public: true });
    const told = async (query = '') => {
      const { body } = await ask('GET', `${at}${query}`, undefined, null);
      return /passing|failing|unknown/.exec(body)?.[0];
    };
    expect(await told()).toBe('unknown');
    await store.builds.create(aBuild('1', { status: 'succeeded', created_at: T0 + 1 }));
    expect(await told()).toBe('passing');
    await store.builds.create(aBuild('2', { status: 'timed_out', created_at: T0 + 2 }));
    expect(await told()).toBe('failing');
    await store.builds.create(aBuild('3', { status: 'succeeded', created_at: T0 + 3 }));
    for (const [index, status] of (['cancelled', 'expired', 'running', 'queued'] as const).entries())
      await store.builds.create(aBuild(status, { status, created_at: T0 + 4 + index }));
    expect(await told()).toBe('passing');
    const side = { status: 'succeeded', ref: 'refs/heads/side' } as const;
    await store.builds.create(aBuild('side', side));
    expect(await told('?branch=side')).toBe('passing');
    expect(await told('?branch=none')).toBe('unknown');
  });

  it('is not sent again where it is the same, and is where the build is another', async () => {
    const { connect, ask, store } = await given();
    await connect({ badge_public: true });
    const first = await ask('GET', at, undefined, null);
    const tag = first.headers.get('etag') ?? '';
    const again = () => ask('GET', at, undefined, null, { 'if-none-match': tag });
    expect(await again()).toMatchObject({ status: 304, body: '' });
    await store.builds.create(aBuild('1', { status: 'succeeded' }));
    expect((await again()).status).toBe(200);
  });

  it('refuses a branch that is none, with a token and without', async () => {
    const { connect, ask } = await given();
    await connect({ badge_public: true });
    for (const token of [ACME, null])
      expect(await ask('GET', `${at}?branch=--x`, undefined, token)).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'branch' }] },
      });
    await ask('PATCH', AT, { badge_public: false });
    expect(await ask('GET', `${at}?branch=--x`)).toMatchObject(problem(400, 'invalid_request'));
  });
});

it.each([
  ['GET', '', undefined],
  ['PATCH', '', {}],
  ['DELETE', '', undefined],
  ['GET', '/variables', undefined],
  ['PUT', '/variables', { build: {}, run: {} }],
  ['PATCH', '/variables', {}],
  ['GET', '/secrets', undefined],
  ['PUT', '/secrets/TOKEN', { value: 'x' }],
  ['DELETE', '/secrets/TOKEN', undefined],
  ['POST', '/webhook-secret/rotate', {}],
  ['GET', '/badge.svg', undefined],
])('%s of %s: what another team has is not there', async (method, path, body) => {
  const { connect, ask, store } = await given();
  await connect();
  await ask('PUT', `${AT}/secrets/TOKEN`, { value: 'hush' });
  const before = await store.repositories.get(ID);
  expect(await ask(method, `${AT}${path}`, body, OTHER)).toMatchObject(problem(404, 'not_found'));
  expect(await ask(method, `/v1/repositories/r-none${path}`, body)).toMatchObject(problem(404, 'not_found'));
  expect((await ask(method, `${AT}${path}`, body, null)).status).toBe(401);
  expect(await store.repositories.get(ID)).toEqual(before);
});
