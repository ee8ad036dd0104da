import { describe, expect, it } from 'vitest';
import { webhookSecret } from '#core/ids.ts';
import { WEBHOOK_KEY } from '#test/unit/use-cases/harness.ts';
import { AT, aConnector, ID, problem } from './repositories-harness.ts';

describe('/v1/repositories/{id}/variables', () => {
  it('replaces and patches them, build and run apart', async () => {
    const { connect, ask } = await aConnector();
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
    const { connect, ask } = await aConnector();
    await connect();
    expect(await ask(method, `${AT}/variables`, body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path }] },
    });
  });

  it('answers 409 for the name of a secret, and a secret of the name of a variable', async () => {
    const { connect, ask } = await aConnector();
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
    const { connect, ask, service } = await aConnector();
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
    const { connect, ask, service, store } = await aConnector();
    const { body: connected } = await connect();
    const answer = await ask('POST', `${AT}/webhook-secret/rotate`, {});
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const connection_id = (await store.repositories.get(ID))?.connection_id ?? '';
    const expected = webhookSecret(WEBHOOK_KEY, { platform: 'github', connection_id }, 2);
    expect(answer.body.webhook_secret).toBe(expected);
    expect(answer.body.webhook_secret).not.toBe(connected.webhook_secret);
    const end = new Date(service.clock.now + 24 * 3600_000).toISOString();
    expect(answer.body.webhook_secrets).toMatchObject([
      { generation: 1, accepted_until: end },
      { generation: 2, accepted_until: null },
    ]);
  });

  it.each([-1, 604_801, 1.5, '60'])('refuses an overlap of %s', async (overlap_s) => {
    const { connect, ask } = await aConnector();
    await connect();
    expect(await ask('POST', `${AT}/webhook-secret/rotate`, { overlap_s })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'overlap_s' }] },
    });
  });
});
