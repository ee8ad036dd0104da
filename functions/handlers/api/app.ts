import { OpenAPIHono } from '@hono/zod-openapi';
import { invalid } from '#adapters/http/body.ts';
import { answerError, answerNotFound } from '#adapters/http/problem.ts';
import { buildRoutes } from './builds/routes.ts';
import { type Api, type ApiDeps, type ApiEnv, callerOf } from './context.ts';
import { deadLetterRoutes } from './dead-letters/routes.ts';
import { deliveryRoutes } from './deliveries/routes.ts';
import { imageRoutes } from './images/routes.ts';
import { registryRoutes } from './registries/routes.ts';
import { repositoryRoutes } from './repositories/routes.ts';

/** The REST API: every route under /v1 but the health check needs a token. */
export function apiApp(deps: ApiDeps): Api {
  const api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalid(result.error);
    },
  });
  api.onError(answerError);
  api.notFound(answerNotFound);
  api.get('/v1/healthz', (context) => context.json({ status: 'ok' }));
  api.use('/v1/*', async (context, next) => {
    context.set('caller', await callerOf(deps.store, context.req.header('authorization')));
    await next();
  });
  repositoryRoutes(api, deps);
  imageRoutes(api, deps);
  registryRoutes(api, deps);
  buildRoutes(api, deps);
  deliveryRoutes(api, deps);
  deadLetterRoutes(api, deps);
  return api;
}
