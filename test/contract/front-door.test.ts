import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jwksIdentity } from '#adapters/identity/jwks.ts';
import { httpPlanner } from '#adapters/planner/http.ts';
import { memoryRates } from '#adapters/rates.ts';
import { identityToken } from '#builder/adapters/identity.ts';
import { parseEnv as parseBuilderEnv } from '#builder/env.ts';
import { exchange } from '#builder/exchange.ts';
import { plannerApp } from '#builder/planner/app.ts';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import { audienceOf, identityHeaders } from '#core/cloud-run.ts';
import { exchangeToken } from '#core/ids.ts';
import type { PlanRequest } from '#core/plan.ts';
import { Env } from '#handlers/api/env.ts';
import { accessSettings } from '#handlers/api/settings.ts';
import { parseEnv } from '#handlers/env.ts';
import { exchangeApp } from '#handlers/exchange/app.ts';
import { type MetadataServer, startMetadata } from '#local/metadata/server.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { frontDoor, gatewayBefore } from '#test/support/front-door.ts';
import { aBuild, aRepository } from '#test/support/memory/examples.ts';
import { memoryHosts } from '#test/support/memory/git-host.ts';
import { A_PLAN } from '#test/support/memory/planner.ts';
import { threeTeams } from '#test/unit/handlers/access-harness.ts';
import { AREAS, aService, EXCHANGE_KEY } from '#test/unit/use-cases/harness.ts';

const accountOf = (name: string) => `${name}@demo-project.iam.gserviceaccount.com`;
const [BUILDER, FORKS, API, GATEWAY] = ['builder', 'forks', 'api', 'gateway'].map(accountOf) as [
  string,
  string,
  string,
  string,
];
const PASS_ON = { signal: AbortSignal.timeout(60_000) };

let metadata: MetadataServer;
const closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  metadata = await startMetadata({ serviceAccount: accountOf('nobody'), projectId: 'demo-project' });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) await close();
  await metadata.close();
});

/** Cloud Run's door before a service that some accounts may call. */
async function door(service: string, invokers: readonly string[]): Promise<string> {
  const { url, close } = await frontDoor(service, metadata, invokers);
  closers.push(close);
  return url;
}

/** An identity token of an account, for whoever is behind this address. */
const tokenOf = async (account: string, url: string) =>
  (await identityToken(await metadata.of(account), audienceOf(url), PASS_ON.signal)).reveal();

describe('the exchange behind Cloud Run', () => {
  /** The exchange with one build that waits for its builder, behind the door that both builders may knock at. */
  async function given(fields: { trusted?: boolean } = {}) {
    const service = aService();
    await service.store.repositories.create(aRepository());
    const build = aBuild('x', {
      status: 'submitted',
      attempt: 1,
      order: 1,
      cloud_build_id: 'cb-1',
      ...fields,
    });
    await service.store.builds.create(build);
    const own = { url: '' };
    const app = exchangeApp({
      ...service.deps,
      identity: {
        verify: (token) => jwksIdentity({ ...metadata, audience: audienceOf(own.url) }).verify(token),
      },
      hosts: memoryHosts(),
      builderAccounts: { trusted: BUILDER, forks: FORKS },
      callbackUrl: 'https://builds.example.com',
      registry: AREAS,
      registryCredential: async () => null,
      limits: { image_bytes: 10, log_bytes: 20 },
      onLeftOver: () => {},
    });
    own.url = `${await door(await serveApi(app), [BUILDER, FORKS])}/v1/exchange`;
    const env = async (account: string) =>
      parseBuilderEnv({
        BITFLOW_BUILD_ID: build.id,
        BITFLOW_ATTEMPT: '1',
        BITFLOW_EXCHANGE_URL: own.url,
        BITFLOW_EXCHANGE_TOKEN: exchangeToken(EXCHANGE_KEY, build.id, 1),
        CLOUD_BUILD_ID: 'cb-1',
        GOOGLE_CLOUD_PROJECT: 'demo-project',
        GCE_METADATA_HOST: await metadata.of(account),
      });
    return {
      url: own.url,
      env,
      come: async (account: string) => exchange(await env(account), PASS_ON.signal),
    };
  }

  it('lets the builder of a build in, which sends its identity token twice', async () => {
    const { come } = await given();
    expect(await come(BUILDER)).toMatchObject({ kind: 'granted', grant: { build: { trusted: true } } });
  });

  it('tells the accounts of branches and of forks apart', async () => {
    const { come } = await given({ trusted: false });
    await expect(come(BUILDER)).rejects.toMatchObject({
      fault: 'bug',
      message: expect.stringContaining('401'),
    });
    expect(await come(FORKS)).toMatchObject({ kind: 'granted', grant: { build: { trusted: false } } });
  });

  it('is closed to every other account', async () => {
    const { come } = await given();
    await expect(come(API)).rejects.toMatchObject({ message: expect.stringContaining('403') });
  });

  it('could not be asked with one header: the token that Cloud Run checked is worthless to it', async () => {
    const { url, env } = await given();
    const { BITFLOW_BUILD_ID: build_id, BITFLOW_EXCHANGE_TOKEN: token } = await env(BUILDER);
    const request = { version: 1, build_id, attempt: 1, token: token.reveal(), cloud_build_id: 'cb-1' };
    const { authorization } = identityHeaders(await tokenOf(BUILDER, url));
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(request) });
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'unauthenticated' }]);
  });

  it('could not be asked with a token for its path: Cloud Run knows it by its origin', async () => {
    const { url } = await given();
    const token = (await identityToken(await metadata.of(BUILDER), url, PASS_ON.signal)).reveal();
    const answer = await fetch(url, { method: 'POST', headers: identityHeaders(token), body: '{}' });
    expect([answer.status, await answer.text()]).toEqual([401, '']);
  });
});

describe('the planner behind Cloud Run', () => {
  const REQUEST: PlanRequest = {
    version: 1,
    build: {
      ...{ repository: 'acme/shop', ref: null, commit_sha: 'a'.repeat(40), root_directory: '.' },
      ...{ builder_type: 'auto', trusted: true, config: DEFAULT_CONFIG },
    },
    clone: { url: 'https://git.example.com/acme/shop', credential: null },
    secret_names: [],
  };

  async function given() {
    const own = { url: '' };
    const app = plannerApp({
      identity: { verify: (token) => jwksIdentity({ ...metadata, audience: own.url }).verify(token) },
      callers: [API],
      atOnce: 1,
      plan: async () => A_PLAN,
      onError: () => {},
    });
    own.url = await door(await serveApi(app), [API]);
    return own.url;
  }

  it('makes a plan for the api', async () => {
    vi.stubEnv('GCE_METADATA_HOST', await metadata.of(API));
    expect(await httpPlanner(await given()).plan(REQUEST)).toEqual({ plan: A_PLAN });
  });

  it('could not be asked with one header', async () => {
    const url = await given();
    const { authorization } = identityHeaders(await tokenOf(API, url));
    const body = JSON.stringify(REQUEST);
    const answer = await fetch(`${url}/v1/plans`, { method: 'POST', headers: { authorization }, body });
    expect([answer.status, await answer.json()]).toMatchObject([401, { message: expect.any(String) }]);
  });
});

describe('the api behind API Gateway', () => {
  /** The gateway, Cloud Run's door that lets nobody else in, and the api with its own settings. */
  async function given(mode: Record<string, string>) {
    const own: { access: ReturnType<typeof accessSettings> | null } = { access: null };
    const late = {
      account: GATEWAY,
      identity: { verify: async (token: string) => own.access?.gateway?.identity.verify(token) ?? null },
      checked: { verify: async (token: string) => own.access?.gateway?.checked?.verify(token) ?? null },
    };
    const rates = memoryRates({ requests: 99, failures: 1, signIns: 1 });
    const { token, api } = await threeTeams({ gateway: late, proxies: 1, rates });
    const service = await serveApi(api);
    const url = await door(service, [GATEWAY]);
    const { secret } = await token();
    own.access = accessSettings(
      parseEnv(Env, {
        GOOGLE_CLOUD_PROJECT: 'demo-project',
        REGION: 'local',
        REGISTRY_RELEASE: AREAS.release,
        POOL_CAPACITY: '2',
        WEBHOOK_KEY: 'key',
        PLANNER_URL: 'http://planner',
        GATEWAY_ACCOUNT: GATEWAY,
        GATEWAY_AUDIENCE: url,
        IDENTITY_ISSUER: metadata.issuer,
        IDENTITY_JWKS_URL: metadata.jwksUrl,
        ...mode,
      }),
    );
    const gateway = await gatewayBefore(url, await metadata.of(GATEWAY));
    closers.push(gateway.close);
    const ask = async (at: string, headers: Record<string, string> = {}) =>
      (await fetch(`${at}/v1/me`, { headers })).status;
    return { gateway: gateway.url, door: url, service, ask, secret };
  }

  it('knows a caller by what they sent the gateway, where Cloud Run’s check of the gateway counts', async () => {
    const { ask, gateway, secret } = await given({ GATEWAY_TOKENS: 'checked' });
    expect(await ask(gateway, { authorization: `Bearer ${secret}` })).toBe(200);
  });

  it('knows nobody where the gateway’s token is to be signed: Cloud Run takes the signature', async () => {
    const { ask, gateway, secret } = await given({});
    expect(await ask(gateway, { authorization: `Bearer ${secret}` })).toBe(401);
  });

  it('takes whoever sends nothing for nobody, not for the gateway that failed to sign in', async () => {
    const { ask, gateway, secret } = await given({ GATEWAY_TOKENS: 'checked' });
    for (const _ of [1, 2, 3]) expect(await ask(gateway)).toBe(401);
    expect(await ask(gateway, { authorization: `Bearer ${secret}` })).toBe(200);
  });

  it('is closed to everybody else, whatever they say the gateway forwarded', async () => {
    const { ask, door: url, secret } = await given({ GATEWAY_TOKENS: 'checked' });
    const forwarded = { 'x-forwarded-authorization': `Bearer ${secret}` };
    expect(await ask(url, { authorization: `Bearer ${secret}` })).toBe(401);
    expect(await ask(url, { ...identityHeaders(await tokenOf(API, url)), ...forwarded })).toBe(403);
  });

  it('does not believe a removed signature in a header that Cloud Run did not check', async () => {
    const { ask, service, door: url, secret } = await given({ GATEWAY_TOKENS: 'checked' });
    const [head, claims] = (await tokenOf(GATEWAY, url)).split('.');
    const removed = `Bearer ${head}.${claims}.SIGNATURE_REMOVED_BY_GOOGLE`;
    const forwarded = { authorization: removed, 'x-forwarded-authorization': `Bearer ${secret}` };
    expect(await ask(service, forwarded)).toBe(200);
    expect(
      await ask(service, { ...forwarded, 'x-serverless-authorization': 'Bearer of.another.account' }),
    ).toBe(401);
  });
});
