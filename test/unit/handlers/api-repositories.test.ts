import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import { webhookSecret } from '#core/ids.ts';
import { secretId } from '#core/repository.ts';
import { aBuild, aDelivery } from '#test/support/memory/examples.ts';
import { WEBHOOK_KEY } from '#test/unit/use-cases/harness.ts';
import { sweep } from '#use-cases/sweep.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { AT, aConnector, ID, OTHER, problem } from './repositories-harness.ts';

describe('POST and GET /v1/repositories', () => {
  it('connects with defaults, and shows the webhook secret this once', async () => {
    const { connect, ask, store } = await aConnector();
    const answer = await connect();
    expect(answer).toMatchObject({
      status: 201,
      body: { id: ID, default_branch: 'main', image_name: 'acme/acme/shop', badge_public: false },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const connection_id = (await store.repositories.get(ID))?.connection_id ?? '';
    const { webhook_secret, ...shown } = answer.body;
    expect(webhook_secret).toBe(webhookSecret(WEBHOOK_KEY, { platform: 'github', connection_id }, 1));
    const read = await ask('GET', AT);
    expect(read).toMatchObject({ status: 200, body: shown });
    for (const hidden of [webhook_secret, connection_id, '"variables"'])
      expect(JSON.stringify(read.body)).not.toContain(hidden);
    expect(JSON.stringify(await store.repositories.get(ID))).not.toContain(webhook_secret);
  });

  it.each([
    {
      webhooks: 'https://hooks.example.com',
      webhook_url: 'https://hooks.example.com/v1/webhooks/github/events',
    },
    { webhooks: null, webhook_url: null },
  ])('say where the webhook goes, where it is known: $webhook_url', async ({ webhooks, webhook_url }) => {
    const { connect, ask } = await aConnector({ webhooks });
    expect((await connect()).body).toMatchObject({ webhook_url });
    expect((await ask('GET', AT)).body).toMatchObject({ webhook_url });
    expect((await ask('GET', '/v1/repositories')).body).toMatchObject({ repositories: [{ webhook_url }] });
  });

  it('refuses to connect what is connected, by whichever team', async () => {
    const { connect } = await aConnector();
    await connect();
    expect(await connect({ full_name: 'ACME/shop' })).toMatchObject(problem(409, 'conflict'));
    expect(await connect({}, OTHER)).toMatchObject(problem(409, 'conflict'));
  });

  it('pages those of the caller’s team, newest first', async () => {
    const { connect, ask, service } = await aConnector();
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
  it('starts the schedules of the rules, as connecting does, and ends them', async () => {
    const { ask, connect, store } = await aConnector();
    const books = async () => (await store.schedules.due(Number.MAX_SAFE_INTEGER, 9)).length;
    const rules = { schedules: [{ cron: '0 3 * * *', timezone: 'Asia/Shanghai' }] };
    await connect({ rules });
    expect(await books()).toBe(1);
    expect(await ask('GET', `${AT}/schedules`)).toMatchObject({
      status: 200,
      body: {
        schedules: [
          {
            ...{ cron: '0 3 * * *', timezone: 'Asia/Shanghai', branch: 'main', cache: 'on', from: 'rules' },
            ...{ next_at: '2026-01-01T19:00:00.000Z', last: null },
          },
        ],
      },
    });
    expect(await ask('PATCH', AT, { default_branch: 'trunk' })).toMatchObject({ status: 200 });
    expect(await books()).toBe(1);
    expect(await ask('PATCH', AT, { rules: null })).toMatchObject({ status: 200 });
    expect((await ask('GET', `${AT}/schedules`)).body).toEqual({ schedules: [] });
    expect(await books()).toBe(0);
    expect(await ask('PATCH', AT, { rules })).toMatchObject({ status: 200 });
    expect(await books()).toBe(1);
    const wrong = { schedules: [{ cron: '* 3 * * *' }] };
    expect(await ask('PATCH', AT, { rules: wrong })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'rules.schedules.0.cron' }] },
    });
  });

  it('changes what is given, and leaves the rest', async () => {
    const { connect, ask } = await aConnector();
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
    const { connect, ask } = await aConnector();
    await connect();
    expect(await ask('PATCH', AT, body)).toMatchObject({ status, body: { errors: [{ path }] } });
  });
});

describe('DELETE /v1/repositories/{id}', () => {
  it('disconnects: secrets go, what waits is cancelled, builds stay; once more is 404', async () => {
    const { connect, ask, service, store } = await aConnector();
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
    const { connect, ask, service, store } = await aConnector();
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
    const { connect, ask, service, store } = await aConnector();
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
  const { connect, ask, store } = await aConnector();
  await connect();
  await ask('PUT', `${AT}/secrets/TOKEN`, { value: 'hush' });
  const before = await store.repositories.get(ID);
  expect(await ask(method, `${AT}${path}`, body, OTHER)).toMatchObject(problem(404, 'not_found'));
  expect(await ask(method, `/v1/repositories/r-none${path}`, body)).toMatchObject(problem(404, 'not_found'));
  expect((await ask(method, `${AT}${path}`, body, null)).status).toBe(401);
  expect(await store.repositories.get(ID)).toEqual(before);
});
