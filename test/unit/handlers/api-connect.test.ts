import { describe, expect, it } from 'vitest';
import { TransientError, UserError } from '#core/errors.ts';
import { webhookSecret } from '#core/ids.ts';
import { WEBHOOK_KEY } from '#test/unit/use-cases/harness.ts';
import { AT, aConnector, ID, OTHER, problem } from './repositories-harness.ts';

const TOKEN = 'ghp_0123456789abcdef';
const RULES = {
  branches: ['main', 'release/*'],
  images: [{ name: 'api', root: 'services/api' }],
  schedules: [{ cron: '0 3 * * *', timezone: 'Europe/Vienna', cache: 'off' }],
};

describe('POST /v1/repositories', () => {
  it('makes the webhook, keeps the token and the rules; the token is told nobody', async () => {
    const { connect, ask, service, store } = await aConnector();
    const answer = await connect({ token: TOKEN, rules: RULES });
    expect(answer).toMatchObject({
      status: 201,
      body: { credential: 'own', rules: RULES, webhook: { state: 'waiting', why: null, heard_at: null } },
    });
    expect([...service.hosts.github.hooks.values()]).toMatchObject([{ secret: answer.body.webhook_secret }]);
    const said = [answer.body, (await ask('GET', AT)).body, await store.repositories.get(ID)];
    expect(JSON.stringify(said)).not.toContain(TOKEN);
  });

  it.each([
    ['a token with a blank', { token: 'ghp 123' }, 'token'],
    ['a token with a line end', { token: 'ghp_123\n' }, 'token'],
    ['an empty token', { token: '' }, 'token'],
    ['a rule that there is not', { rules: { branch: ['main'] } }, 'rules.branch'],
    ['a third kind of webhook', { webhook: 'later' }, 'webhook'],
  ])('refuses %s', async (_, fields, path) => {
    const { connect } = await aConnector();
    expect(await connect(fields)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  it('refuses rules that no document can tell are wrong with 422: what the document allows is not 400', async () => {
    const { connect } = await aConnector();
    const rules = { images: [{ name: 'a' }, { name: 'a' }] };
    const refused = problem(422, 'refused');
    expect(await connect({ rules })).toMatchObject(refused);
    expect(await connect({ rules })).toMatchObject({ body: { errors: [{ path: 'rules.images' }] } });
  });

  it('answers as the host does where that does not show it, and 503 where it is away', async () => {
    const { connect, ask, service } = await aConnector();
    service.hosts.github.failure = new UserError('refused', 'GitHub knows no acme/shop');
    expect(await connect()).toMatchObject({ status: 422, body: { detail: 'GitHub knows no acme/shop' } });
    service.hosts.github.failure = new TransientError('GitHub does not answer');
    expect((await connect()).status).toBe(503);
    expect((await ask('GET', AT)).status).toBe(404);
  });
});

describe('POST /v1/repositories/{id}/webhook', () => {
  it('repairs the webhook that somebody broke, also with another token', async () => {
    const { connect, ask, service } = await aConnector();
    const { webhook_secret: secret } = (await connect()).body;
    service.hosts.github.hooks.clear();
    const { body, status } = await ask('POST', `${AT}/webhook`);
    expect({ body, status }).toMatchObject({ status: 200, body: { webhook: { state: 'waiting' } } });
    expect([...service.hosts.github.hooks.values()]).toMatchObject([{ secret }]);
    expect(body).not.toHaveProperty('webhook_secret');
    expect((await ask('POST', `${AT}/webhook`, { token: TOKEN })).body).toMatchObject({ credential: 'own' });
    expect(service.hosts.github.hooks.size).toBe(1);
  });

  it('says why where the host lets us make none, and 422 where it does not show the repository', async () => {
    const { connect, ask, service } = await aConnector();
    await connect();
    service.hosts.github.connect = async () => ({ kind: 'manual', why: 'it takes an admin' });
    expect(await ask('POST', `${AT}/webhook`)).toMatchObject({
      status: 200,
      body: { webhook: { state: 'manual', why: 'it takes an admin' } },
    });
    service.hosts.github.failure = new UserError('refused', 'no');
    expect(await ask('POST', `${AT}/webhook`, { token: TOKEN })).toMatchObject(problem(422, 'refused'));
    expect((await ask('GET', AT)).body).toMatchObject({ credential: 'none' });
  });

  it('is not there for another team', async () => {
    const { connect, ask, service } = await aConnector();
    await connect();
    expect(await ask('POST', `${AT}/webhook`, { token: TOKEN }, OTHER)).toMatchObject(
      problem(404, 'not_found'),
    );
    expect(service.secrets.ids()).toEqual([]);
  });
});

describe('POST /v1/repositories/{id}/webhook-secret/rotate', () => {
  it('tells the host where the webhook is ours', async () => {
    const { connect, ask, service, store } = await aConnector();
    await connect();
    const { body } = await ask('POST', `${AT}/webhook-secret/rotate`, {});
    const repository = await store.repositories.get(ID);
    expect(body.webhook_secret).toBe(repository && webhookSecret(WEBHOOK_KEY, repository, 2));
    expect(body.webhook).toMatchObject({ state: 'waiting', why: null });
    expect([...service.hosts.github.hooks.values()]).toMatchObject([{ secret: body.webhook_secret }]);
  });

  it('is rotated also where the host is away, and says it; a repair tells the host', async () => {
    const { connect, ask, service } = await aConnector();
    await connect();
    service.hosts.github.failure = new TransientError('away');
    const { body, status } = await ask('POST', `${AT}/webhook-secret/rotate`, {});
    expect({ status, body }).toMatchObject({ status: 200, body: { webhook: { state: 'manual' } } });
    service.hosts.github.failure = null;
    await ask('POST', `${AT}/webhook`);
    expect([...service.hosts.github.hooks.values()]).toMatchObject([{ secret: body.webhook_secret }]);
  });

  it('asks no host where somebody made the webhook by hand', async () => {
    const { connect, ask, service } = await aConnector();
    await connect({ webhook: 'manual' });
    expect((await ask('POST', `${AT}/webhook-secret/rotate`, {})).status).toBe(200);
    expect(service.hosts.github.hooks.size).toBe(0);
  });
});

describe('PATCH /v1/repositories/{id} with rules', () => {
  it('changes all of them, and removes them', async () => {
    const { connect, ask, store } = await aConnector();
    await connect({ rules: RULES });
    const due = async () => (await store.schedules.due(Number.MAX_SAFE_INTEGER, 9)).length;
    expect(await due()).toBe(1);
    const rules = { tags: ['v*'], pull_requests: true };
    expect((await ask('PATCH', AT, { rules })).body.rules).toEqual(rules);
    expect(await due()).toBe(0);
    expect((await ask('PATCH', AT, { badge_public: true })).body.rules).toEqual(rules);
    expect((await ask('PATCH', AT, { rules: null })).body.rules).toEqual({});
  });

  it('refuses what no rules are', async () => {
    const { connect, ask } = await aConnector();
    await connect();
    expect(await ask('PATCH', AT, { rules: { images: [] } })).toMatchObject(problem(400, 'invalid_request'));
  });
});

describe('DELETE /v1/repositories/{id}', () => {
  it('takes the webhook and the token away, and is done also where the host refuses', async () => {
    const { connect, ask, service } = await aConnector();
    await connect({ token: TOKEN });
    expect((await ask('DELETE', AT)).status).toBe(204);
    expect([service.hosts.github.hooks.size, service.secrets.ids()]).toEqual([0, []]);
    await connect({ token: TOKEN });
    service.hosts.github.failure = new UserError('refused', 'the token was revoked');
    expect((await ask('DELETE', AT)).status).toBe(204);
    expect(service.secrets.ids()).toEqual([]);
  });
});
