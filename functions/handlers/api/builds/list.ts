import { createRoute } from '@hono/zod-openapi';
import { BuildList, BuildListQuery } from '#core/api/builds.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { json, PROBLEMS } from '../openapi.ts';
import { repositoryOf } from '../scope.ts';
import { buildView } from './view.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/builds',
  summary: 'List builds, newest first',
  ...allowed('builds.list', 'builds:read'),
  request: { query: BuildListQuery },
  responses: { 200: json(BuildList, 'A page.'), ...PROBLEMS },
});

/** The list of builds, with its filters: each narrows it further. */
export function listRoute(api: Api, { store, release }: ApiDeps): void {
  api.openapi(list, async (context) => {
    const { limit, cursor, repository_id, status, branch, builder_type, since } = context.req.valid('query');
    const caller = context.get('caller');
    // an id needs no look-up: what another team has is not in the list anyway
    const repository = repository_id?.includes('/')
      ? (await repositoryOf(store, caller, repository_id)).id
      : repository_id;
    const filters = {
      repositoryId: repository ?? null,
      statuses: status ?? null,
      ref: branch === undefined ? null : `refs/heads/${branch}`,
      builderType: builder_type ?? null,
      since: since === undefined ? null : Date.parse(since),
    };
    const page = await store.builds.list(caller.team, filters, { limit, after: cursor ?? null });
    return context.json(
      { builds: page.items.map((build) => buildView(build, release)), next_cursor: page.next },
      200,
    );
  });
}
