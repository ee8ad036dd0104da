import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { log } from '#adapters/log.ts';
import { BuildBody } from '#core/api/build-body.ts';
import { BuildIdParams, BuildView, RetryBody } from '#core/api/builds.ts';
import type { Build } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import { IdempotencyKey, keyId, requestHash } from '#core/idempotency.ts';
import { createBuild } from '#use-cases/create-build.ts';
import { idempotent } from '#use-cases/idempotent.ts';
import { retryBuild } from '#use-cases/retry-build.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps, ApiEnv } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS, REFUSED } from '../openapi.ts';
import { buildOf, repositoryOf, teamOf } from '../scope.ts';
import { requestOf } from './request.ts';
import { buildView } from './view.ts';

const KeyHeader = z.object({
  'idempotency-key': IdempotencyKey.optional().openapi({
    description: 'The same key and request give the same answer for 24 h; another request with it, 409.',
  }),
});

const REPLAYED = {
  headers: {
    'Idempotent-Replayed': {
      description: 'There where the answer is that of an earlier request with this key.',
      schema: { type: 'string' as const, enum: ['true'] },
    },
  },
};

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
  async function once(
    context: Context<ApiEnv>,
    { operation, key, request }: { operation: string; key: string | undefined; request: unknown },
    make: (unique: string) => Promise<Build>,
  ) {
    if (key === undefined) return buildView(await make(deps.unique()), release);
    const id = keyId(context.get('caller'), operation, key);
    const answer = await idempotent(deps, { id, requestHash: requestHash(request) }, async (unique) => ({
      status: 201,
      body: JSON.stringify(buildView(await make(unique), release)),
    }));
    if (answer.replayed) context.header('idempotent-replayed', 'true');
    return BuildView.parse(JSON.parse(answer.body));
  }

  api.openapi(create, async (context) => {
    const caller = context.get('caller');
    const request = context.req.valid('json');
    const key = context.req.valid('header')['idempotency-key'];
    const [team, repository] = await Promise.all([
      teamOf(store, caller),
      repositoryOf(store, caller, request.repository_id),
    ]);
    const host = deps.hosts[repository.platform];
    const view = await once(context, { operation: 'builds.create', key, request }, (unique) =>
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
    const view = await once(context, { operation: 'builds.retry', key, request }, (unique) =>
      retryBuild({ ...deps, host, onLeftOver }, team, repository, first, at, { callerId: caller.id, unique }),
    );
    return context.json(view, 201);
  });
}
