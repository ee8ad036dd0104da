import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import { invalid } from '#adapters/http/body.ts';
import { answerError, answerNotFound } from '#adapters/http/problem.ts';
import { auditLogRoutes } from './audit-log/routes.ts';
import { authenticated } from './authenticated.ts';
import { buildRoutes } from './builds/routes.ts';
import type { Api, ApiDeps, ApiEnv } from './context.ts';
import { deadLetterRoutes } from './dead-letters/routes.ts';
import { deliveryRoutes } from './deliveries/routes.ts';
import { meRoutes } from './me/routes.ts';
import { repositoryRoutes } from './repositories/routes.ts';
import { memberRoutes } from './teams/members.ts';
import { teamRoutes } from './teams/routes.ts';
import { tokenRoutes } from './tokens/routes.ts';

/** The REST API: every route under /v1 but the health check needs a token. */
export function apiApp(deps: ApiDeps): Api {
  const api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalid(result.error);
    },
  });
  // An id of our own for each request, whatever the caller sends: audit records go by it.
  api.use(requestId({ limitLength: 0 }));
  api.onError(answerError);
  api.notFound(answerNotFound);
  api.get('/v1/healthz', (context) => context.json({ status: 'ok' }));
  api.use('/v1/*', authenticated(deps));
  repositoryRoutes(api, deps);
  buildRoutes(api, deps);
  deliveryRoutes(api, deps);
  deadLetterRoutes(api, deps);
  meRoutes(api, deps);
  teamRoutes(api, deps);
  memberRoutes(api, deps);
  tokenRoutes(api, deps);
  auditLogRoutes(api, deps);
  return api;
}
