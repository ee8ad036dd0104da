import { type HttpFunction, http } from '@google-cloud/functions-framework';
import { getRequestListener } from '@hono/node-server';

/** Registers an app of the fetch API as an HTTP function; the framework has read the body (`rawBody`) by then. */
export function httpFunction(
  name: string,
  app: { fetch: (request: Request) => Response | Promise<Response> },
): void {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const handle: HttpFunction = (request, response) => listener(request, response);
  http(name, handle);
}
