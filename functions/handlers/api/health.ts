import { createRoute, z } from '@hono/zod-openapi';
import type { Api } from './context.ts';
import { json } from './openapi.ts';

const health = createRoute({
  method: 'get',
  path: '/v1/health',
  operationId: 'service.health',
  summary: 'Whether the service answers',
  security: [],
  responses: { 200: json(z.object({ status: z.literal('ok') }), 'It does.') },
});

/** The one route under /v1 that takes no token: to be called before the middleware that asks for it. */
export function healthRoute(api: Api): void {
  api.openapi(health, (context) => context.json({ status: 'ok' as const }, 200));
  // Another method of it is no method, rather than one that takes a token.
  api.all('/v1/health', (context) => context.notFound());
}
