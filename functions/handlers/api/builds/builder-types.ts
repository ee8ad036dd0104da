import { createRoute } from '@hono/zod-openapi';
import { BuilderTypeList } from '#core/api/builds.ts';
import { BUILDER_TYPES } from '#core/builder-types.ts';
import { allowed } from '../access.ts';
import type { Api } from '../context.ts';
import { json, PROBLEMS } from '../openapi.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/builds/builder-types',
  summary: 'List the builders: what each detects, its version and its options',
  ...allowed('builds.builder_types', 'builds:read'),
  responses: {
    200: json(BuilderTypeList, 'All of them.'),
    ...PROBLEMS,
  },
});

/** The builders there are. Its path lies below the builds', so it is registered before `/v1/builds/{id}`. */
export function builderTypeRoutes(api: Api): void {
  api.openapi(list, (context) => context.json({ builder_types: [...BUILDER_TYPES] }, 200));
}
