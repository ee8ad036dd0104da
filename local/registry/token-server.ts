import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { portOf } from '../ports.ts';

/** What each user may do where, as IAM says it in the cloud: path prefix → actions. */
export type Grants = Readonly<
  Record<string, { readonly password: string; readonly may: Readonly<Record<string, readonly string[]>> }>
>;

export interface TokenServer {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** The public keys, as the registry's configuration wants them (a JWKS). */
  readonly jwks: object;
  close(): Promise<void>;
}

const LIFETIME_S = 300;
const SERVICE = 'bitflow-registry';
const ISSUER = 'bitflow-local';

/**
 * The registry's token server (distribution's token authentication): so that the local registry refuses a
 * builder what Artifact Registry would refuse it, everything but its staging and cache paths.
 * Without a credential, whatever `anonymous` may do.
 */
export async function startTokenServer(
  address: string,
  grants: Grants,
  anonymous: Grants[string]['may'],
): Promise<TokenServer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    // Clients try OAuth's POST first; 404 tells them to take GET (containerd and BuildKit, both).
    if (request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    const url = new URL(request.url ?? '/', `http://${address}`);
    const caller = callerOf(request.headers.authorization, grants, anonymous);
    if (caller === null) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="bitflow"' }).end();
      return;
    }
    const scopes = url.searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
    const access = scopes.flatMap((scope) => allowed(scope, caller.may));
    const token = await new SignJWT({ access })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
      .setIssuer(ISSUER)
      .setSubject(caller.name)
      .setAudience(SERVICE)
      .setIssuedAt()
      .setNotBefore('-5s')
      .setExpirationTime(`${LIFETIME_S}s`)
      .setJti(crypto.randomUUID())
      .sign(privateKey);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        token,
        access_token: token,
        expires_in: LIFETIME_S,
        issued_at: new Date().toISOString(),
      }),
    );
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(portOf(address), '127.0.0.1', resolve);
  });
  return {
    realm: `http://${address}/token`,
    service: SERVICE,
    issuer: ISSUER,
    jwks: { keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function callerOf(authorization: string | undefined, grants: Grants, anonymous: Grants[string]['may']) {
  if (authorization === undefined) return { name: '', may: anonymous };
  const [name = '', password = ''] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(/:(.*)/s);
  const user = grants[name];
  return user !== undefined && user.password === password ? { name, may: user.may } : null;
}

/** `repository:NAME:ACTION,…` cut to what is allowed; nothing where nothing is. */
function allowed(scope: string, may: Grants[string]['may']) {
  const [, name, actions] = /^repository:([^:]+):([a-z*,]+)$/.exec(scope) ?? [];
  if (!name || !actions) return [];
  const granted = Object.entries(may).find(([prefix]) => name.startsWith(prefix))?.[1] ?? [];
  const both = actions.split(',').filter((action) => granted.includes(action));
  return both.length > 0 ? [{ type: 'repository', name, actions: both }] : [];
}
