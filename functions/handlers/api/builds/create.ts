import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { log } from '#adapters/log.ts';
import { BuildBody } from '#core/api/build-body.ts';
import { BuildIdParams, BuildView, RetryBody } from '#core/api/builds.ts';
import type { Build } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import { createBuild } from '#use-cases/create-build.ts';
import { retryBuild } from '#use-cases/retry-build.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps, ApiEnv } from '../context.ts';
import { KeyHeader, once, REPLAYED } from '../once.ts';
import { body, CONFLICT, json, PROBLEMS, REFUSED } from '../openapi.ts';
import { buildOf, repositoryOf, teamOf } from '../scope.ts';
import { requestOf } from './request.ts';
import { buildView } from './view.ts';

const create = createRoute({
  method: 'post',
  path: '/v1/builds',
  summary: 'Build a branch, ref or commit of a repository',
  ...allowed('builds.create', 'builds:write'),
  request: { headers: KeyHeader, ...body(BuildBody) },
  responses: { 201: { ...json(BuildView, 'Queued.'), ...REPLAYED }, ...PROBLEMS, ...CONFLICT, ...REFUSED },
});

const retry = createRoute({
  method: 'post',
  path: '/v1/builds/{id}/retry',
  summary: 'Build again what a build built, as it was asked for then',
  ...allowed('builds.retry', 'builds:write'),
  request: { params: BuildIdParams, headers: KeyHeader, ...body(RetryBody) },
  responses: {
    201: { ...json(BuildView, 'Queued; `retry_of` names the first.'), ...REPLAYED },
    ...PROBLEMS,
    ...CONFLICT,
    ...REFUSED,
  },
});

/** The routes that make builds. */
export function createRoutes(api: Api, deps: ApiDeps): void {
  const { store, release } = deps;
  const onLeftOver = (error: unknown) => log('WARNING', 'an effect is left to sweep', { error });

  /** Makes a build once for the request's key, where it has one. */
  const build = (
    context: Context<ApiEnv>,
    request: { operation: string; key: string | undefined; request: unknown },
    make: (unique: string) => Promise<Build>,
  ) =>
    once(context, { ...request, schema: BuildView }, async (unique) =>
      buildView(await make(unique), release),
    );

  api.openapi(create, async (context) => {
    const caller = context.get('caller');
    const request = context.req.valid('json');
    const key = context.req.valid('header')['idempotency-key'];
    const [team, repository] = await Promise.all([
      teamOf(store, caller),
      repositoryOf(store, caller, request.repository_id),
    ]);
    const host = deps.hosts[repository.platform];
    const view = await build(context, { operation: 'builds.create', key, request }, (unique) =>
      createBuild({ ...deps, host, onLeftOver }, team, repository, requestOf(request), {
        callerId: caller.id,
        unique,
      }),
    );
    return context.json(view, 201);
  });

  api.openapi(retry, async (context) => {
    const caller = context.get('caller');
    const { at } = context.req.valid('json');
    const key = context.req.valid('header')['idempotency-key'];
    const first = await buildOf(store, caller, context.req.valid('param').id);
    const [team, repository] = await Promise.all([
      teamOf(store, caller),
      store.repositories.get(first.repository_id),
    ]);
    if (repository?.team !== caller.team) {
      throw new UserError('conflict', `the repository ${first.repository} is no longer connected`);
    }
    const host = deps.hosts[repository.platform];
    const request = { retry: first.id, at };
    const view = await build(context, { operation: 'builds.retry', key, request }, (unique) =>
      retryBuild({ ...deps, host, onLeftOver }, team, repository, first, at, { callerId: caller.id, unique }),
    );
    return context.json(view, 201);
  });
}
