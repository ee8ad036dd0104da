import type { Domain } from 'node:domain';
import { type HttpFunction, http } from '@google-cloud/functions-framework';
import { getRequestListener } from '@hono/node-server';

declare global {
  namespace NodeJS {
    interface Process {
      /** The domain that this runs in; set by node:domain, once somebody uses it. */
      readonly domain?: Domain | null;
    }
  }
}

/** Registers an app of the fetch API as an HTTP function; the framework has read the body (`rawBody`) by then. */
export function httpFunction(
  name: string,
  app: { fetch: (request: Request) => Response | Promise<Response> },
): void {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const handle: HttpFunction = (request, response) => {
    // The framework runs each request in a domain, to answer what it throws. An app answers its own errors; what a
    // shared connection throws later would only be told to the request that opened it, long over. And a domain
    // follows every promise, which was a third of the processor's time under load (docs/performance.md).
    process.domain?.exit();
    return listener(request, response);
  };
  http(name, handle);
}
