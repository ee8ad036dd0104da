import { subscribe } from 'node:diagnostics_channel';
import type { Domain } from 'node:domain';
import { IncomingMessage } from 'node:http';
import { type HttpFunction, http } from '@google-cloud/functions-framework';
import { getRequestListener } from '@hono/node-server';
import { inRequest } from '../telemetry/log-context.ts';
import { entryPoint } from './entry-point.ts';

declare global {
  namespace NodeJS {
    interface Process {
      /** The domain that this runs in; set by node:domain, once somebody uses it. */
      readonly domain?: Domain | null;
    }
  }
}

/** The headers by which the framework would read a body. */
const BODY_HEADERS = ['content-type', 'content-encoding'] as const;

/** These headers as they were sent, while the framework does not see them. */
const sent = new WeakMap<IncomingMessage, Partial<Record<(typeof BODY_HEADERS)[number], string>>>();

/**
 * Keeps the framework from reading bodies: it would do so before any function, up to 1 GB, and answer what is no JSON,
 * or in a charset that it does not know, with a page of HTML. It goes by these headers alone, and leaves a body
 * without a type where it is: the app reads it, as far as it wants to. Node publishes a request on this channel before
 * it calls any listener of the server (nodejs.org/api/diagnostics_channel.html, `http.server.request.start`).
 */
function leaveBodiesAlone(): void {
  subscribe('http.server.request.start', (message) => {
    const request =
      typeof message === 'object' && message !== null && 'request' in message && message.request;
    if (!(request instanceof IncomingMessage)) return;
    const { headers } = request;
    sent.set(request, Object.fromEntries(BODY_HEADERS.map((name) => [name, headers[name]])));
    for (const name of BODY_HEADERS) delete headers[name];
  });
}

/** Registers an app of the fetch API as an HTTP function. Nobody has read the body by then. */
export function httpFunction(
  name: string,
  app: { fetch: (request: Request) => Response | Promise<Response> },
): void {
  leaveBodiesAlone();
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const handle: HttpFunction = (request, response) => {
    // The framework runs each request in a domain, to answer what it throws. An app answers its own errors; what a
    // shared connection throws later would only be told to the request that opened it, long over. And a domain
    // follows every promise, which was a third of the processor's time under load (docs/performance.md).
    process.domain?.exit();
    for (const name of BODY_HEADERS) {
      const value = sent.get(request)?.[name];
      if (value === undefined) delete request.headers[name];
      else request.headers[name] = value;
    }
    return inRequest(request.headers, () => listener(request, response));
  };
  http(entryPoint(name), handle);
}
