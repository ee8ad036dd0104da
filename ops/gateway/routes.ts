import { z } from 'zod';
import { apiApp } from '#handlers/api/app.ts';
import type { Api } from '#handlers/api/context.ts';
import { assetRoutes } from '#handlers/api/reference/assets.ts';
import { openApiDocument } from '#handlers/api/reference/document.ts';
import { callbackApp } from '#handlers/callback/app.ts';

/** The functions that stand behind the gateway. */
export type Backend = 'api' | 'callback';

/** Who may call, as the function itself has it: the gateway checks nobody. */
export type Security = 'token' | 'token_or_none' | 'signature' | 'none';

interface Listed {
  /** In lower case. */
  readonly method: string;
  /** With parameters as OpenAPI has them: `/v1/builds/{id}`. */
  readonly path: string;
}

/** Something that people or programs may ask of the gateway. */
export interface Route extends Listed {
  /** The name in the API's document, or one of our own for what is not in there. */
  readonly operationId: string;
  readonly security: Security;
  readonly backend: Backend;
}

const Documented = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({ operationId: z.string(), security: z.array(z.record(z.string(), z.unknown())) }),
  ),
);

/** Every route of the functions behind the gateway, in the order of their paths. */
export function gatewayRoutes(): Route[] {
  // Routes are listed here, not called: there is nothing for them to work with.
  const api = apiApp(Object.create(null));
  assetRoutes(api, new URL('file:///'));
  const callback = callbackApp(Object.create(null));

  const documented = Documented.parse(openApiDocument(api).paths);
  const ofApi = listed(api).map(({ method, path }): Route => {
    const operation = documented[path]?.[method];
    // What the document leaves out are pages, which are for everybody.
    const { operationId = `pages.${nameOf({ method, path })}`, security = [] } = operation ?? {};
    return { method, path, operationId, security: securityOf(security), backend: 'api' };
  });
  // Both say whether they are well; `api` says it for the gateway.
  const ofCallback = listed(callback)
    .filter(({ path }) => !ofApi.some((route) => route.path === path))
    .map(
      (route): Route => ({
        ...route,
        operationId: nameOf(route),
        security: 'signature',
        backend: 'callback',
      }),
    );
  return [...ofApi, ...ofCallback].toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

const key = ({ method, path }: Listed): string => `${path} ${method}`;

const nameOf = ({ method, path }: Listed): string =>
  `${path.slice(1).replaceAll(/[^A-Za-z0-9]+/g, '_')}_${method}`;

/** The methods and paths that an app answers, each once. What Hono lists as `ALL` is middleware. */
function listed(app: Pick<Api, 'routes'>): Listed[] {
  const routes = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => ({
      method: method.toLowerCase(),
      path: path.replaceAll(/:(\w+)/g, '{$1}'),
    }));
  return [...new Map(routes.map((route) => [key(route), route])).values()];
}

function securityOf(requirements: readonly Readonly<Record<string, unknown>>[]): Security {
  const withToken = requirements.filter((requirement) => 'token' in requirement).length;
  if (withToken === 0) return 'none';
  return withToken === requirements.length ? 'token' : 'token_or_none';
}
