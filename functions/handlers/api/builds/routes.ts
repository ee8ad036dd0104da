import { createRoute, z } from '@hono/zod-openapi';
import { cancelBuild } from '#use-cases/cancel-build.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { CONFLICT, json, PROBLEMS } from '../openapi.ts';
import { PageQuery } from '../schemas.ts';
import { buildOf } from '../scope.ts';
import { createRoutes } from './create.ts';
import { logRoutes } from './logs.ts';
import { BuildIdParams, BuildView } from './schemas.ts';
import { buildView } from './view.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/builds',
  summary: 'List builds, newest first',
  ...allowed('builds.list', 'builds:read'),
  request: { query: PageQuery },
  responses: {
    200: json(z.object({ builds: z.array(BuildView), next_cursor: z.string().nullable() }), 'A page.'),
    ...PROBLEMS,
  },
});

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

/** Builds and their logs. */
export function buildRoutes(api: Api, deps: ApiDeps): void {
  const { store, release } = deps;
  createRoutes(api, deps);
  api.openapi(list, async (context) => {
    const { limit, cursor } = context.req.valid('query');
    const page = await store.builds.list(context.get('caller').team, { limit, after: cursor ?? null });
    return context.json(
      { builds: page.items.map((build) => buildView(build, release)), next_cursor: page.next },
      200,
    );
  });
  api.openapi(get, async (context) => {
    const build = await buildOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(buildView(build, release), 200);
  });
  logRoutes(api, deps);
  api.openapi(cancel, async (context) => {
    const { id } = await buildOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(buildView(await cancelBuild(deps, id), release), 200);
  });
}
