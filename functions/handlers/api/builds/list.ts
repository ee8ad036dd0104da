import { createRoute, z } from '@hono/zod-openapi';
import { BuilderType, BuildStatus } from '#core/build.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { json, PROBLEMS } from '../openapi.ts';
import { Branch, PageQuery } from '../schemas.ts';
import { repositoryOf } from '../scope.ts';
import { BuildView } from './schemas.ts';
import { buildView } from './view.ts';

/** One value or several: a query string holds a list of one as it holds a single value. */
const Statuses = z
  .preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(BuildStatus).min(1).max(BuildStatus.options.length).optional(),
  )
  .openapi({
    param: { style: 'form', explode: true },
    type: 'array',
    items: { type: 'string', enum: [...BuildStatus.options] },
    minItems: 1,
    maxItems: BuildStatus.options.length,
    description: 'One status or several (`status=queued&status=running`)',
    example: ['queued', 'running'],
  });

const ListQuery = z.strictObject({
  ...PageQuery.shape,
  repository_id: z.string().min(1).max(300).optional().openapi({ description: 'Its id, or owner/name' }),
  status: Statuses,
  branch: Branch.optional().openapi({ example: 'main' }),
  builder_type: BuilderType.optional().openapi({
    description: '`auto`: those for which none was chosen yet',
  }),
  since: z.iso
    .datetime({ offset: true })
    .max(40)
    .optional()
    .openapi({ description: 'Those created at this time or later (ISO 8601)' }),
});

const Builds = z.object({ builds: z.array(BuildView), next_cursor: z.string().nullable() });

const list = createRoute({
  method: 'get',
  path: '/v1/builds',
  summary: 'List builds, newest first',
  ...allowed('builds.list', 'builds:read'),
  request: { query: ListQuery },
  responses: { 200: json(Builds, 'A page.'), ...PROBLEMS },
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
