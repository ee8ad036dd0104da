import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export type MetadataOptions = {
  /** the email of the account that a step of this machine is, where its build names none */
  readonly serviceAccount: string;
  readonly projectId: string;
  readonly port?: number | undefined;
  /** `iss` of the identity tokens; Google's own by default */
  readonly issuer?: string | undefined;
};

export type MetadataServer = {
  /** `127.0.0.1:PORT`, as GCE_METADATA_HOST takes it */
  readonly address: string;
  readonly jwksUrl: string;
  readonly issuer: string;
  /** Where a machine of this account finds its own, `127.0.0.1:PORT`: another address, the same issuer. */
  of(serviceAccount: string): Promise<string>;
  close(): Promise<void>;
};

const root = '/computeMetadata/v1';
const account = `${root}/instance/service-accounts/default`;
const lifetimeSeconds = 3600;

type Answer = { readonly status: number; readonly type: string; readonly body: string };
const text = (body: string, status = 200): Answer => ({ status, type: 'text/plain', body });
const json = (value: unknown): Answer => ({
  status: 200,
  type: 'application/json',
  body: JSON.stringify(value),
});

/**
 * Starts the parts of the Compute Engine metadata server that a build step uses
 * (cloud.google.com/compute/docs/metadata/overview, /docs/instances/verifying-instance-identity) and the
 * issuer's key set. The signing key lives and dies with the server.
 */
export const startMetadata = async (options: MetadataOptions): Promise<MetadataServer> => {
  const issuer = options.issuer ?? 'https://accounts.google.com';
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const kid = randomBytes(8).toString('hex');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] };

  const identity = async (serviceAccount: string, query: URLSearchParams): Promise<Answer> => {
    const audience = query.get('audience');
    if (!audience) return text('non-empty audience parameter required', 400);
    // Google's generateIdToken leaves the email out unless it is asked for. Asked is `format=full`, which
    // google-auth-library always sends: without it no email here, so that nobody comes to need more than that.
    const email = { email: serviceAccount, email_verified: true };
    // Google's `sub` is the account's number, never its email: nobody should come to compare the two.
    const subject = String(BigInt(`0x${Buffer.from(serviceAccount).toString('hex')}`) % 10n ** 21n);
    const token = new SignJWT({ azp: subject, ...(query.get('format') === 'full' && email) })
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`);
    return text(await token.sign(privateKey));
  };

  const answer = async (serviceAccount: string, url: URL): Promise<Answer> => {
    switch (url.pathname) {
      case '/':
        return text('computeMetadata/\n'); // google-auth-library asks this to find out whether it is on Google Cloud
      case `${account}/identity`:
        return identity(serviceAccount, url.searchParams);
      case `${account}/email`:
        return text(serviceAccount);
      case `${account}/token`:
        return json({
          access_token: `local.${randomBytes(24).toString('base64url')}`,
          expires_in: lifetimeSeconds - 1,
          token_type: 'Bearer',
        });
      case `${root}/project/project-id`:
        return text(options.projectId);
      default:
        return text('not found', 404);
    }
  };

  const handle = async (serviceAccount: string, request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? '/', 'http://metadata');
    if (request.method !== 'GET') return text('method not allowed', 405);
    if (url.pathname === '/oauth2/v3/certs') return json(keys);
    // The header keeps a page in a browser, or a redirected fetch, from asking; X-Forwarded-For is refused likewise.
    if (request.headers['metadata-flavor'] !== 'Google')
      return text('Missing Metadata-Flavor:Google header.', 403);
    if (request.headers['x-forwarded-for']) return text('X-Forwarded-For is not allowed', 403);
    return answer(serviceAccount, url);
  };

  const respond = async (serviceAccount: string, request: IncomingMessage, response: ServerResponse) => {
    const { status, type, body } = await handle(serviceAccount, request).catch((error: unknown) => {
      console.error(error);
      return text('internal error', 500);
    });
    response.writeHead(status, {
      'content-type': type,
      'metadata-flavor': 'Google',
      server: 'Metadata Server for VM',
    });
    response.end(body);
  };

  const servers: Server[] = [];
  const listen = async (serviceAccount: string, port: number): Promise<string> => {
    const server = createServer((request, response) => void respond(serviceAccount, request, response));
    servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('the metadata server has no port');
    return `127.0.0.1:${bound.port}`;
  };
  const address = await listen(options.serviceAccount, options.port ?? 0);
  const addresses = new Map([[options.serviceAccount, Promise.resolve(address)]]);
  return {
    address,
    issuer,
    jwksUrl: `http://${address}/oauth2/v3/certs`,
    of: (serviceAccount) => {
      const known = addresses.get(serviceAccount) ?? listen(serviceAccount, 0);
      addresses.set(serviceAccount, known);
      return known;
    },
    close: async () => {
      await Promise.all(servers.map(closed));
    },
  };
};

const closed = (server: Server) =>
  new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
