import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { jwksIdentity } from '#adapters/identity/jwks.ts';
import { identityToken } from '#builder/adapters/identity.ts';
import { REMOVED_SIGNATURE } from '#core/cloud-run.ts';
import type { MetadataServer } from '#local/metadata/server.ts';
import { listen } from './listen.ts';

interface Door {
  /** Where callers knock, also the audience of their identity tokens. */
  readonly url: string;
  close(): Promise<void>;
}

const SERVERLESS = 'x-serverless-authorization';

/**
 * What Cloud Run does before a service that not everybody may call: of `X-Serverless-Authorization`, where it is
 * sent, else of `Authorization`, it takes a Google identity token for the service's address, of an account that has
 * the role run.invoker; removes that token's signature; appends the caller's address to `X-Forwarded-For`.
 * Sources: cloud.google.com/run/docs/authenticating/service-to-service, cloud.google.com/run/docs/troubleshooting
 *
 * @param service the address of what is behind the door.
 */
export async function frontDoor(
  service: string,
  { jwksUrl, issuer }: Pick<MetadataServer, 'jwksUrl' | 'issuer'>,
  invokers: readonly string[],
): Promise<Door> {
  const own = { url: '' };
  const at = await forwarding(service, async (headers) => {
    const checked = headers[SERVERLESS] === undefined ? 'authorization' : SERVERLESS;
    const token = /^Bearer (\S+)$/i.exec(String(headers[checked]))?.[1];
    const identity = jwksIdentity({ jwksUrl, issuer, audience: own.url });
    const caller = token === undefined ? null : await identity.verify(token);
    if (caller === null) return 401;
    if (!invokers.includes(caller.email)) return 403;
    return { ...headers, [checked]: `Bearer ${token?.replace(/[^.]*$/, REMOVED_SIGNATURE)}` };
  });
  own.url = at.url;
  return at;
}

/**
 * What API Gateway does before a service: its own identity token for the service's address becomes `Authorization`,
 * and what the caller sent there `X-Forwarded-Authorization`. Google's front before the gateway appends the caller's
 * address to `X-Forwarded-For`; the gateway itself appends nothing (ESPv2, of which it is made, has
 * `envoy_use_remote_address` off, and takes the last entry for the caller where it runs on Cloud Run).
 * Source: cloud.google.com/endpoints/docs/openapi/migrate-to-esp-v2, "Handle JWTs in the backend service"
 *
 * @param metadata the metadata server (`host:port`) that says who the gateway is.
 */
export function gatewayBefore(service: string, metadata: string): Promise<Door> {
  return forwarding(service, async ({ authorization, ...headers }) => {
    const own = await identityToken(metadata, new URL(service).origin, AbortSignal.timeout(5000));
    return {
      ...headers,
      authorization: `Bearer ${own.reveal()}`,
      ...(authorization !== undefined && { 'x-forwarded-authorization': authorization }),
    };
  });
}

/** Forwards each request with the headers that `pass` makes of its own, or answers with a status. */
async function forwarding(
  to: string,
  pass: (headers: IncomingHttpHeaders) => Promise<IncomingHttpHeaders | number>,
): Promise<Door> {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { host: _, connection: __, ...sent } = request.headers;
    const before = sent['x-forwarded-for'];
    const from = request.socket.remoteAddress ?? '';
    const headers = await pass({ ...sent, 'x-forwarded-for': before ? `${before}, ${from}` : from });
    if (typeof headers === 'number') return void response.writeHead(headers).end();
    const body = Buffer.concat(await request.toArray());
    const method = request.method ?? 'GET';
    const answer = await fetch(new URL(request.url ?? '/', to), {
      method,
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(body.length > 0 && { body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  const { address, close } = await listen(server);
  return { url: `http://${address}`, close };
}
