import { createRoute } from '@hono/zod-openapi';
import { BuildIdParams, BuildView, WaitingBuildParams } from '#core/api/builds.ts';
import { approveBuild } from '#use-cases/approve-build.ts';
import { cancelBuild } from '#use-cases/cancel-build.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { CONFLICT, json, PROBLEMS } from '../openapi.ts';
import { buildOf } from '../scope.ts';
import { builderTypeRoutes } from './builder-types.ts';
import { createRoutes } from './create.ts';
import { listRoute } from './list.ts';
import { logRoutes } from './logs.ts';
import { planRoutes } from './plan.ts';
import { queueStatsRoute } from './queue-stats.ts';
import { buildView } from './view.ts';

const get = createRoute({
  method: 'get',
  path: '/v1/builds/{id}',
  summary: 'Get a build',
  ...allowed('builds.get', 'builds:read'),
  request: { params: BuildIdParams },
  responses: { 200: json(BuildView, 'The build.'), ...PROBLEMS },
});

const cancel = createRoute({
  method: 'post',
  path: '/v1/builds/{id}/cancel',
  summary: 'Cancel a build',
  ...allowed('builds.cancel', 'builds:write'),
  request: { params: BuildIdParams },
  responses: { 200: json(BuildView, 'It is cancelled, or about to be.'), ...PROBLEMS, ...CONFLICT },
});

const approve = createRoute({
  method: 'post',
  path: '/v1/builds/{id}/approve',
  summary: 'Let a build run that waits for approval',
  ...allowed('builds.approve', 'builds:write'),
  request: { params: WaitingBuildParams },
  responses: { 200: json(BuildView, 'It is queued, or was approved before.'), ...PROBLEMS, ...CONFLICT },
});

/** Builds and their logs. */
export function buildRoutes(api: Api, deps: ApiDeps): void {
  const { store, release } = deps;
  builderTypeRoutes(api);
  createRoutes(api, deps);
  planRoutes(api, deps);
  listRoute(api, deps);
  queueStatsRoute(api, deps);
  api.openapi(get, async (context) => {
    const build = await buildOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(buildView(build, release), 200);
  });
  logRoutes(api, deps);
  api.openapi(approve, async (context) => {
    const build = await buildOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(buildView(await approveBuild(deps, build), release), 200);
  });
  api.openapi(cancel, async (context) => {
    const { id } = await buildOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(buildView(await cancelBuild(deps, id), release), 200);
  });
}
