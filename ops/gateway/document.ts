import type { Backend, Route } from './routes.ts';

/**
 * How long (s) the gateway waits for a function, by default 15: as long as Cloud Run lets the function work on one
 * request, so that people get its own answer. `api` waits for a plan for 70 s, `callback` for a release.
 */
const DEADLINES: Readonly<Record<Backend, number>> = { api: 120, callback: 600 };

/**
 * The OpenAPI document that API Gateway is configured with: routes, and where each goes. The gateway ignores what a
 * document says of bodies and parameters, so none of it is here, and a change of it changes no gateway; people find
 * it in the API's own, `/openapi.json`.
 *
 * Sources: docs.cloud.google.com/api-gateway/docs/oasv3-extensions, …/openapi-v3-limitations, …/path-templating.
 *
 * @param addresses each function's own address, an origin
 */
export function gatewayDocument(routes: readonly Route[], addresses: Readonly<Record<Backend, string>>) {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return {
    openapi: '3.0.3',
    info: {
      title: 'BitFlow builds',
      version: 'v1',
      description: 'Where each route goes. What it takes and answers is in /openapi.json.',
    },
    'x-google-api-management': {
      backends: { api: backend('api', addresses), callback: backend('callback', addresses) },
    },
    paths,
  };
}

function backend(name: Backend, addresses: Readonly<Record<Backend, string>>) {
  return {
    address: addresses[name],
    // Cloud Run takes identity tokens that were made for the service's own address.
    jwtAudience: addresses[name],
    // The path as it came, with what is encoded in it: `owner%2Fname` is one part of it.
    pathTranslation: 'APPEND_PATH_TO_ADDRESS',
    protocol: 'http/1.1',
    deadline: DEADLINES[name],
  };
}

function operation({ path, operationId, security, backend }: Route) {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string' },
  }));
  return {
    // Service Management makes a method of it: letters, digits and underscores.
    operationId: operationId.replaceAll('.', '_'),
    // Nobody is checked here: our tokens are opaque, and a scheme with `x-google-auth` takes only JWTs. Who is let in
    // stands beside it, for people and for tests.
    security: [],
    'x-bitflow-security': security,
    'x-google-backend': backend,
    ...(parameters.length > 0 && { parameters }),
    responses: { default: { description: 'Whatever the function answers' } },
  };
}
