import { createRoute } from '@hono/zod-openapi';
import { BuildList, BuildListQuery } from '#core/api/builds.ts';
import { UserError } from '#core/errors.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { json, PROBLEMS, REFUSED } from '../openapi.ts';
import { repositoryOf } from '../scope.ts';
import { buildView } from './view.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/builds',
  summary: 'List builds, newest first',
  ...allowed('builds.list', 'builds:read'),
  request: { query: BuildListQuery },
  responses: { 200: json(BuildList, 'A page.'), ...PROBLEMS, ...REFUSED },
});

/** The list of builds, with its filters: each narrows it further. */
export function listRoute(api: Api, { store, release }: ApiDeps): void {
  api.openapi(list, async (context) => {
    const { limit, cursor, id_prefix, repository_id, status, branch, builder_type, since } =
      context.req.valid('query');
    const caller = context.get('caller');
    if (id_prefix !== undefined) {
      refuseOthers({ cursor, repository_id, status, branch, builder_type, since });
      const found = await store.builds.startingWith(caller.team, id_prefix, limit);
      return context.json(
        { builds: found.map((build) => buildView(build, release)), next_cursor: null },
        200,
      );
    }
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

/** Throws UserError('refused') for what a start of an id is given with: the document cannot say that it stands alone. */
function refuseOthers(others: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(others).filter((name) => others[name] !== undefined);
  if (given.length === 0) return;
  const problems = given.map((path) => ({ path, message: 'cannot be given with id_prefix' }));
  throw new UserError('refused', 'id_prefix stands alone', { problems });
}
