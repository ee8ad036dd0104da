import { createRoute, z } from '@hono/zod-openapi';
import { makeBadge } from 'badge-maker';
import type { Context } from 'hono';
import { etag } from 'hono/etag';
import { invalid } from '#adapters/http/body.ts';
import { Branch } from '#core/api/common.ts';
import { IdParams } from '#core/api/repositories.ts';
import type { BuildStatus } from '#core/build.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { PROBLEMS } from '../openapi.ts';
import { publicBadgeOf, repositoryOf } from '../scope.ts';

const BadgeQuery = z.object({
  branch: Branch.optional().openapi({ description: 'its default branch, unless said otherwise' }),
});

/** What a badge tells of a build's end. A cancelled or expired build says nothing of the code. */
const TELLING: readonly BuildStatus[] = ['succeeded', 'failed', 'timed_out'];

/** How long a shared cache may show a public badge without asking again (s). */
const MAX_AGE_S = 60;

const badge = createRoute({
  method: 'get',
  path: '/v1/repositories/{id}/badge.svg',
  summary: 'A badge: how the last build of a branch ended',
  ...allowed('repositories.badge', 'builds:read'),
  security: [{ token: [] }, {}], // without a token where `badge_public` is set
  request: { params: IdParams, query: BadgeQuery },
  responses: {
    200: {
      description: 'An image. `If-None-Match` is honoured.',
      content: { 'image/svg+xml': { schema: z.string() } },
    },
    ...PROBLEMS,
  },
});

/**
 * The badges that anybody may see. It goes before whatever asks who calls; where the badge is not public, it leaves
 * the answer to what comes after, so that nobody learns which repositories there are.
 */
export function publicBadgeRoute(api: Api, deps: Pick<ApiDeps, 'store'>): void {
  const path = '/v1/repositories/:id/badge.svg';
  api.use(path, etag());
  api.get(path, async (context, next) => {
    const repository = await publicBadgeOf(deps.store, context.req.param('id'));
    if (repository === null) return next();
    const query = BadgeQuery.safeParse(context.req.query());
    if (!query.success) throw invalid(query.error);
    return badgeOf(context, deps, repository, query.data.branch);
  });
}

/** The badges that take a token. */
export function badgeRoute(api: Api, deps: ApiDeps): void {
  api.openapi(badge, async (context) => {
    const { id } = context.req.valid('param');
    const repository = await repositoryOf(deps.store, context.get('caller'), id);
    return badgeOf(context, deps, repository, context.req.valid('query').branch);
  });
}

async function badgeOf(
  context: Context,
  { store }: Pick<ApiDeps, 'store'>,
  { id, team, default_branch, badge_public }: Repository,
  branch = default_branch,
): Promise<Response> {
  const filters = { ...ALL_BUILDS, repositoryId: id, ref: `refs/heads/${branch}`, statuses: TELLING };
  const { items } = await store.builds.list(team, filters, { limit: 1, after: null });
  return context.body(draw(items[0]?.status), 200, {
    'content-type': 'image/svg+xml; charset=utf-8',
    'cache-control': badge_public ? `public, max-age=${MAX_AGE_S}` : 'private, no-cache',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'x-content-type-options': 'nosniff',
  });
}

function draw(status: BuildStatus | undefined): string {
  if (status === undefined) return makeBadge({ label: 'build', message: 'unknown', color: 'lightgrey' });
  return status === 'succeeded'
    ? makeBadge({ label: 'build', message: 'passing', color: 'brightgreen' })
    : makeBadge({ label: 'build', message: 'failing', color: 'red' });
}
