import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import { invalid } from '#adapters/http/body.ts';
import { answerProblems } from '#adapters/http/problem.ts';
import { about } from '#adapters/telemetry/log-context.ts';
import { UserError } from '#core/errors.ts';
import { auditLogRoutes } from './audit-log/routes.ts';
import { authenticated } from './authenticated.ts';
import { buildRoutes } from './builds/routes.ts';
import type { Api, ApiDeps, ApiEnv } from './context.ts';
import { deadLetterRoutes } from './dead-letters/routes.ts';
import { deliveryRoutes } from './deliveries/routes.ts';
import { devicePages } from './device/page-routes.ts';
import { deviceRoutes } from './device/routes.ts';
import { healthRoute } from './health.ts';
import { imageRoutes } from './images/routes.ts';
import { meRoutes } from './me/routes.ts';
import { referenceRoutes } from './reference/routes.ts';
import { registryRoutes } from './registries/routes.ts';
import { publicBadgeRoute } from './repositories/badge.ts';
import { repositoryRoutes } from './repositories/routes.ts';
import { memberRoutes } from './teams/members.ts';
import { teamRoutes } from './teams/routes.ts';
import { tokenRoutes } from './tokens/routes.ts';

/** More than the largest secret, however its JSON escapes it. */
const MAX_BODY_BYTES = 1024 * 1024;

/** The REST API: every route under /v1 but the health check, public badges and signing in needs a token. */
export function apiApp(deps: ApiDeps): Api {
  const api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalid(result.error);
    },
  });
  answerProblems(api);
  // An id of our own for each request, whatever the caller sends: audit records go by it.
  api.use(requestId({ limitLength: 0 }), async (context, next) => {
    about({ request_id: context.get('requestId') });
    await next();
    context.header('x-request-id', context.get('requestId'));
  });
  healthRoute(api);
  publicBadgeRoute(api, deps);
  deviceRoutes(api, deps);
  devicePages(api, deps);
  api.use('/v1/*', authenticated(deps));
  api.use('/v1/*', async (context, next) => {
    const { byteLength } = await context.req.arrayBuffer();
    if (byteLength > MAX_BODY_BYTES) throw new UserError('too_large', 'a body may have 1 MiB at most');
    // Clients name a type also where they send nothing, which would then be no JSON: it is taken as `{}`.
    const isJson = context.req.header('content-type')?.startsWith('application/json');
    if (byteLength === 0 && isJson) context.req.raw.headers.delete('content-type');
    await next();
  });
  repositoryRoutes(api, deps);
  imageRoutes(api, deps);
  registryRoutes(api, deps);
  buildRoutes(api, deps);
  deliveryRoutes(api, deps);
  deadLetterRoutes(api, deps);
  meRoutes(api, deps);
  teamRoutes(api, deps);
  memberRoutes(api, deps);
  tokenRoutes(api, deps);
  auditLogRoutes(api, deps);
  referenceRoutes(api);
  return api;
}
