import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jwksIdentity } from '#adapters/identity/jwks.ts';
import { httpPlanner } from '#adapters/planner/http.ts';
import { BuildFailure } from '#builder/failure.ts';
import { plannerApp } from '#builder/planner/app.ts';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import { TransientError } from '#core/errors.ts';
import type { Plan, PlanRequest } from '#core/plan.ts';
import { type MetadataServer, startMetadata } from '#local/metadata/server.ts';
import { A_PLAN } from '#test/support/memory/planner.ts';

const serviceAccount = 'api@demo-project.iam.gserviceaccount.com';
const REQUEST: PlanRequest = {
  version: 1,
  build: {
    ...{ repository: 'acme/shop', ref: null, commit_sha: 'a'.repeat(40), root_directory: '.' },
    ...{ builder_type: 'auto', trusted: true, config: DEFAULT_CONFIG },
  },
  clone: { url: 'https://git.example.com/acme/shop', credential: { username: 'x', password: 'y' } },
  secret_names: [],
};

let metadata: MetadataServer;
const closers: (() => void)[] = [];
beforeEach(async () => {
  metadata = await startMetadata({ serviceAccount, projectId: 'demo-project' });
  vi.stubEnv('GCE_METADATA_HOST', metadata.address);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) close();
  await metadata.close();
});

/** The client of the `api` function, and the planner's own door that it knocks at. */
async function given(plan: () => Promise<Plan>, callers = [serviceAccount]) {
  const asked: PlanRequest[] = [];
  const own = { url: '' };
  const identity = {
    verify: (token: string) =>
      jwksIdentity({ jwksUrl: metadata.jwksUrl, issuer: metadata.issuer, audience: own.url }).verify(token),
  };
  const app = plannerApp({
    ...{ identity, callers, atOnce: 1, onError: () => {} },
    plan: (request) => {
      asked.push(request);
      return plan();
    },
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  closers.push(() => server.close());
  await once(server, 'listening');
  own.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { planner: httpPlanner(own.url), asked };
}

describe('the planner, asked over HTTP', () => {
  it('gets the whole request, and its plan is handed on', async () => {
    const { planner, asked } = await given(async () => A_PLAN);
    expect(await planner.plan(REQUEST)).toEqual({ plan: A_PLAN });
    expect(asked).toEqual([REQUEST]);
  });

  it('says what a build would fail with', async () => {
    const { planner } = await given(async () => {
      throw new BuildFailure('no_builder', 'why');
    });
    expect(await planner.plan(REQUEST)).toEqual({ error: { code: 'no_builder', message: 'why' } });
  });

  it('is asked again later where it is away, or the outside is', async () => {
    const { planner } = await given(async () => {
      throw new BuildFailure('clone_failed', 'why', { fault: 'transient' });
    });
    await expect(planner.plan(REQUEST)).rejects.toThrow(TransientError);
    await expect(httpPlanner('http://127.0.0.1:9').plan(REQUEST)).rejects.toThrow(TransientError);
  });

  it('believes its callers only: another account is our mistake, and no reason to try again', async () => {
    const { planner, asked } = await given(
      async () => A_PLAN,
      ['other@demo-project.iam.gserviceaccount.com'],
    );
    const refused = await planner.plan(REQUEST).catch((error: unknown) => error);
    expect(String(refused)).toContain('the planner answered 401');
    expect(refused).not.toBeInstanceOf(TransientError);
    expect(asked).toEqual([]);
  });
});
