import { createRoute, z } from '@hono/zod-openapi';
import { cancelBuild } from '#use-cases/cancel-build.ts';
import { createBuild } from '#use-cases/create-build.ts';
import { readLog } from '#use-cases/read-log.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS, REFUSED } from '../openapi.ts';
import { buildOf, repositoryOf, teamOf } from '../scope.ts';
import { listRoute } from './list.ts';
import { queueStatsRoute } from './queue-stats.ts';
import { BuildBody, BuildView, LogQuery, LogView } from './schemas.ts';
import { buildView } from './view.ts';

const IdParams = z.object({ id: z.string().max(64) });

const create = createRoute({
  method: 'post',
  path: '/v1/builds',
  summary: 'Build a branch, ref or commit of a repository',
  ...allowed('builds.create', 'builds:write'),
  request: body(BuildBody),
  responses: { 201: json(BuildView, 'Queued.'), ...PROBLEMS, ...REFUSED },
});

const get = createRoute({
  method: 'get',
  path: '/v1/builds/{id}',
  summary: 'Get a build',
  ...allowed('builds.get', 'builds:read'),
  request: { params: IdParams },
  responses: { 200: json(BuildView, 'The build.'), ...PROBLEMS },
});

const logs = createRoute({
  method: 'get',
  path: '/v1/builds/{id}/logs',
  summary: 'Read the log from a cursor, waiting for lines up to wait_s seconds',
  ...allowed('builds.logs', 'builds:read'),
  request: { params: IdParams, query: LogQuery },
  responses: { 200: json(LogView, 'Lines from the cursor on.'), ...PROBLEMS },
});

const cancel = createRoute({
  method: 'post',
  path: '/v1/builds/{id}/cancel',
  summary: 'Cancel a build',
  ...allowed('builds.cancel', 'builds:write'),
  request: { params: IdParams },
  responses: { 200: json(BuildView, 'It is cancelled, or about to be.'), ...PROBLEMS, ...CONFLICT },
});

/** Builds and their logs. */
export function buildRoutes(api: Api, deps: ApiDeps): void {
  const { store, release } = deps;
  api.openapi(create, async (context) => {
    const { repository_id, ...request } = context.req.valid('json');
    const caller = context.get('caller');
    const [team, repository] = await Promise.all([
      teamOf(store, caller),
      repositoryOf(store, caller, repository_id),
    ]);
    const host = deps.hosts[repository.platform];
    const build = await createBuild({ ...deps, host }, team, repository, request, caller.id);
    return context.json(buildView(build, release), 201);
  });
  listRoute(api, deps);
  queueStatsRoute(api, deps);
  api.openapi(get, async (context) => {
    const build = await buildOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(buildView(build, release), 200);
  });
  api.openapi(logs, async (context) => {
    const { cursor, wait_s } = context.req.valid('query');
    const build = await buildOf(store, context.get('caller'), context.req.valid('param').id);
    const page = await readLog(deps, build, cursor ?? null, wait_s * 1000);
    const lines = page.lines.map((line) => ({ ...line, at: new Date(line.at).toISOString() }));
    return context.json({ ...page, lines }, 200);
  });
  api.openapi(cancel, async (context) => {
    const { id } = await buildOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(buildView(await cancelBuild(deps, id), release), 200);
  });
}
