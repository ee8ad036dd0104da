import { describe, expect, it } from 'vitest';
import { memoryRates } from '#adapters/rates.ts';
import { DEFAULT_LIMITS } from '#core/team.ts';
import { Env } from '#handlers/api/env.ts';
import { parseEnv } from '#handlers/env.ts';
import { aRepository, sha } from '#test/support/memory/examples.ts';
import { ADMIN, idTokenOf, threeTeams } from './access-harness.ts';

const admin = idTokenOf(ADMIN);
const from = (address: string) => ({ 'x-forwarded-for': address });
const limited = { status: 429, body: { code: 'rate_limited' } };

describe('rate limits', () => {
  it('hold for each caller alone, and say when to come again', async () => {
    const { ask, token } = await threeTeams({ rates: memoryRates({ requests: 2, failures: 9 }) });
    const { secret: other } = await token();
    for (const _ of [1, 2]) expect(await ask('/v1/me', { as: admin })).toMatchObject({ status: 200 });
    const refused = await ask('/v1/me', { as: admin });
    expect(refused).toMatchObject(limited);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await ask('/v1/me', { as: other })).toMatchObject({ status: 200 });
    expect(await ask('/v1/health')).toMatchObject({ status: 200 });
  });

  it('keep out an address that fails to sign in, whatever it says of itself, and nobody else', async () => {
    const { ask, store } = await threeTeams({ rates: memoryRates({ requests: 99, failures: 2 }) });
    const guess = { as: 'bft_guessguessguess', headers: from('203.0.113.7') };
    for (const _ of [1, 2]) expect(await ask('/v1/me', guess)).toMatchObject({ status: 401 });
    let looked = 0;
    store.tokens.find = async () => {
      looked += 1;
      return null;
    };
    expect(await ask('/v1/me', guess)).toMatchObject(limited);
    expect(await ask('/v1/me', { ...guess, headers: from('6.6.6.6, 203.0.113.7') })).toMatchObject(limited);
    expect(looked).toBe(0);
    expect(await ask('/v1/me', { as: admin, headers: from('203.0.113.8') })).toMatchObject({ status: 200 });
  });
});

it('a page that asks without a token keeps nobody out', async () => {
  const { ask } = await threeTeams({ rates: memoryRates({ requests: 99, failures: 1 }) });
  const headers = from('203.0.113.7');
  for (const _ of [1, 2, 3]) expect(await ask('/v1/me', { headers })).toMatchObject({ status: 401 });
  expect(await ask('/v1/me', { as: admin, headers })).toMatchObject({ status: 200 });
});

describe('behind the gateway', () => {
  const account = 'gateway@project.iam.gserviceaccount.com';
  const identity = {
    verify: async (token: string) => (token === 'token-of-the-gateway' ? { email: account } : null),
  };
  const through = (address: string, authorization: string) => ({
    as: 'token-of-the-gateway',
    headers: {
      'x-forwarded-for': `6.6.6.6, ${address}, 198.51.100.1`,
      'x-forwarded-authorization': authorization,
    },
  });

  it('callers are told apart by the addresses that it saw, and so is who changed what', async () => {
    const rates = memoryRates({ requests: 99, failures: 1 });
    const { ask, store } = await threeTeams({ rates, gateway: { identity, account, checked: null } });
    const guess = through('203.0.113.7', 'Bearer bft_guessguessguess');
    expect(await ask('/v1/me', guess)).toMatchObject({ status: 401 });
    expect(await ask('/v1/me', guess)).toMatchObject(limited);
    const other = through('203.0.113.8', `Bearer ${admin}`);
    expect(await ask('/v1/tokens', { ...other, body: { name: 'x' } })).toMatchObject({ status: 201 });
    const { items } = await store.auditLog.list('acme', { limit: 9, after: null });
    expect(items).toMatchObject([{ caller: { id: ADMIN }, from: '203.0.113.8' }]);
  });
});

describe('the builds of a day', () => {
  it('are used up for who asks for one more, until tomorrow', async () => {
    const { ask, store, clock } = await threeTeams();
    await store.repositories.create(aRepository());
    await store.teams.change('acme', { limits: { ...DEFAULT_LIMITS, builds_per_day: 2 } });
    const create = { as: admin, body: { repository_id: 'acme/shop', commit_sha: sha('a') } };
    const statuses = await Promise.all(
      [1, 2, 3, 4].map(async () => (await ask('/v1/builds', create)).status),
    );
    expect(statuses.toSorted()).toEqual([201, 201, 429, 429]);
    const refused = await ask('/v1/builds', create);
    const tomorrow = new Date(clock.now).setUTCHours(24, 0, 0, 0);
    expect(refused.headers.get('retry-after')).toBe(String(Math.ceil((tomorrow - clock.now) / 1000)));
    clock.now = tomorrow;
    expect(await ask('/v1/builds', create)).toMatchObject({ status: 201 });
  });
});

describe('the environment of the api', () => {
  const complete = {
    GOOGLE_CLOUD_PROJECT: 'demo-project',
    REGION: 'local',
    REGISTRY_RELEASE: 'registry/{team}-release',
    POOL_CAPACITY: '2',
    WEBHOOK_KEY: 'key',
    PLANNER_URL: 'http://planner',
  };

  it('takes the Auth emulator for demo- projects only', () => {
    const emulated = { ...complete, FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9099' };
    expect(parseEnv(Env, emulated)).toMatchObject({ FIREBASE_AUTH_EMULATOR_HOST: '127.0.0.1:9099' });
    const real = { ...emulated, GOOGLE_CLOUD_PROJECT: 'production' };
    expect(() => parseEnv(Env, real)).toThrow('FIREBASE_AUTH_EMULATOR_HOST');
  });

  it('takes a gateway with its audience', () => {
    const account = { ...complete, GATEWAY_ACCOUNT: 'gateway@project.iam.gserviceaccount.com' };
    expect(() => parseEnv(Env, account)).toThrow('GATEWAY_AUDIENCE');
    expect(parseEnv(Env, { ...account, GATEWAY_AUDIENCE: 'https://api.example' })).toBeDefined();
  });
});
