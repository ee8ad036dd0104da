import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BuildFailure } from '#builder/failure.ts';
import { type PlannerDeps, plannerApp } from '#builder/planner/app.ts';
import { parsePlannerEnv } from '#builder/planner/env.ts';
import { makePlan } from '#builder/planner/make-plan.ts';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import type { PlanRequest } from '#core/plan.ts';
import { type GitHttp, serveGit } from '#test/support/git-http.ts';
import { A_PLAN } from '#test/support/memory/planner.ts';
import { Repositories } from './support/repository.ts';

const CALLER = 'api@demo.iam.gserviceaccount.com';
const REQUEST: PlanRequest = {
  version: 1,
  build: {
    ...{ repository: 'acme/shop', ref: null, commit_sha: 'a'.repeat(40), root_directory: '.' },
    ...{ builder_type: 'auto', trusted: true, config: DEFAULT_CONFIG },
  },
  clone: { url: 'https://git.example.com/acme/shop', credential: null },
  secret_names: ['API_KEY'],
};

function service(plan: PlannerDeps['plan'] = async () => A_PLAN) {
  const errors: unknown[] = [];
  const app = plannerApp({
    identity: {
      verify: async (token) => (token.startsWith('id:') ? { email: token.slice(3) } : null),
    },
    callers: [CALLER],
    atOnce: 1,
    plan,
    onError: (error) => errors.push(error),
  });
  const ask = async (body: unknown = REQUEST, token = `id:${CALLER}`) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await app.request('/v1/plans', { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json(), headers: answer.headers };
  };
  return { ask, errors };
}

describe('the planner’s door', () => {
  it('answers a caller with the plan', async () => {
    expect(await service().ask()).toMatchObject({ status: 200, body: { plan: A_PLAN } });
  });

  it.each(['bad', 'id:builder@demo.iam.gserviceaccount.com', ''])('is closed to %j', async (token) => {
    const plan = vi.fn(async () => A_PLAN);
    expect(await service(plan).ask({}, token)).toMatchObject({ status: 401 });
    expect(plan).not.toHaveBeenCalled();
  });

  it.each([
    ['no JSON object', null],
    ['a value of a secret', { ...REQUEST, secrets: { API_KEY: 'x' } }],
    ['a name that no secret can have', { ...REQUEST, secret_names: ['a b'] }],
  ])('refuses %s', async (_, body) => {
    expect(await service().ask(body)).toMatchObject({ status: 400 });
  });

  it.each([
    ['user', 422, { error: { code: 'no_builder', message: 'why' } }],
    ['transient', 503, { message: 'why' }],
    ['bug', 500, { message: 'a fault of the planner' }],
  ] as const)('tells a failure that is the fault of: %s', async (fault, status, body) => {
    const { ask, errors } = service(async () => {
      throw new BuildFailure('no_builder', 'why', { fault });
    });
    expect(await ask()).toMatchObject({ status, body });
    expect(errors).toHaveLength(fault === 'user' ? 0 : 1);
  });

  it('makes no more plans at once than it may, and goes on after a failure', async () => {
    const failures: ((error: Error) => void)[] = [];
    const { ask } = service(() => new Promise((_, reject) => failures.push(reject)));
    for (const turn of [0, 1]) {
      const first = ask();
      await vi.waitUntil(() => failures.length > turn);
      const second = await ask();
      expect(second.status).toBe(503);
      expect(second.headers.get('retry-after')).toBe('2');
      failures[turn]?.(new BuildFailure('no_builder', 'why'));
      expect((await first).status).toBe(422);
    }
  });
});

describe('the planner’s plan', () => {
  let repositories: Repositories;
  let server: GitHttp;
  let temporary: string;
  const credential = { username: 'x', password: 'clone-password' };
  beforeAll(async () => {
    // The account that clones gets there too.
    temporary = await mkdtemp(join(tmpdir(), 'bitflow-plans-'));
    await chmod(temporary, 0o755);
    vi.stubEnv('TMPDIR', temporary);
    repositories = await Repositories.make();
    const authorization = `Basic ${Buffer.from('x:clone-password').toString('base64')}`;
    server = await serveGit(repositories.folder, { authorization });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.close();
    await rm(temporary, { recursive: true });
  });

  const envWith = (env: Record<string, string>) =>
    parsePlannerEnv({
      ...{ PATH: process.env.PATH, PLANNER_URL: 'http://planner', PLANNER_CALLERS: CALLER },
      ...env,
    });
  const plan = (fields: Partial<PlanRequest['build']>, given = credential) => {
    const clone = { url: server.url('app/.git'), credential: given };
    const request = { ...REQUEST, build: { ...REQUEST.build, ...fields }, clone };
    return makePlan(envWith({ BITFLOW_ALLOW_HOSTS: server.host }), request, new AbortController().signal);
  };
  const left = () => readdir(temporary);

  it('is of the commit, and leaves nothing behind', async () => {
    const commit_sha = await repositories.commit('app', { Dockerfile: 'FROM x\n' });
    await repositories.commit('app', { Dockerfile: 'FROM y\n' });
    expect(await plan({ commit_sha })).toMatchObject({
      builder: 'dockerfile',
      dockerfile: { path: 'Dockerfile', text: 'FROM x\n' },
      secrets: ['API_KEY'],
    });
    expect(await left()).toEqual([]);
  });

  it('fails as the build would, and leaves nothing behind', async () => {
    await expect(plan({})).rejects.toMatchObject({ code: 'commit_not_found', fault: 'user' });
    const other = { username: 'x', password: 'another-password' };
    const refused = await plan({}, other).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'clone_failed', fault: 'user' });
    expect(String(refused)).not.toContain('another-password');
    expect(await left()).toEqual([]);
  });

  it('has a time limit', async () => {
    const silent = createServer(() => {});
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const env = envWith({ BITFLOW_ALLOW_HOSTS: host, PLAN_TIMEOUT_S: '1' });
    const request = { ...REQUEST, clone: { url: `http://${host}/a.git`, credential: null } };
    await expect(makePlan(env, request, new AbortController().signal)).rejects.toMatchObject({
      code: 'timed_out',
      fault: 'user',
    });
    expect(await left()).toEqual([]);
    silent.closeAllConnections();
    silent.close();
  });
});
