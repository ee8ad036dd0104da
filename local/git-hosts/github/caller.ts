import type { Context } from 'hono';
import { decodeJwt, importSPKI, jwtVerify } from 'jose';
import type { HostPlace } from '../stand-in.ts';
import type { AppToken, LocalApp, Right } from '../state.ts';

/** Who asks. Source: docs.github.com/en/rest/authentication/authenticating-to-the-rest-api */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'user'; readonly right: Right }
  | { readonly kind: 'app'; readonly app: LocalApp }
  | { readonly kind: 'installation'; readonly token: AppToken };

/** GitHub's answer in case of trouble. */
export class Trouble extends Error {
  readonly status: 401 | 403 | 404 | 409 | 422;
  constructor(status: Trouble['status'], message: string) {
    super(message);
    this.status = status;
  }
}

export const notFound = () => new Trouble(404, 'Not Found');

/** Throws Trouble 401 for what is no credential. */
export async function callerOf(context: Context, { state }: HostPlace): Promise<Caller> {
  const token = /^(?:bearer|token) (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  if (token === undefined) return { kind: 'nobody' };
  const ofApp = state.appTokens.get(token);
  if (ofApp) return { kind: 'installation', token: ofApp };
  const right = state.tokens.get(token);
  if (right) return { kind: 'user', right };
  const app = token.split('.').length === 3 ? await appOf(token, [...state.apps.values()]) : null;
  if (app) return { kind: 'app', app };
  throw new Trouble(401, 'Bad credentials');
}

/** The App that signed a token: RS256, for ten minutes at most. */
async function appOf(token: string, apps: readonly LocalApp[]): Promise<LocalApp | null> {
  try {
    const issuer = String(decodeJwt(token).iss);
    const app = apps.find(({ id }) => String(id) === issuer);
    if (!app) return null;
    const key = await importSPKI(app.publicKey, 'RS256');
    await jwtVerify(token, key, { algorithms: ['RS256'], maxTokenAge: '10m', clockTolerance: 60 });
    return app;
  } catch {
    return null;
  }
}

const ORDER: readonly Right[] = ['read', 'write', 'admin'];

/**
 * Whether somebody may do this at a repository. An App is asked by the permission that GitHub names for it.
 * Throws Trouble as GitHub does: 404 where not even the repository may be seen, 403 where it may.
 */
export function demand(
  caller: Caller,
  fullName: string,
  isPrivate: boolean,
  right: Right,
  permission: readonly [name: string, access: 'read' | 'write'],
): void {
  const enough = (has: Right) => ORDER.indexOf(has) >= ORDER.indexOf(right);
  switch (caller.kind) {
    case 'nobody':
      if (isPrivate) throw notFound();
      if (right !== 'read') throw new Trouble(401, 'Requires authentication');
      return;
    case 'user':
      // A token without the right to webhooks is told that there are none.
      if (!enough(caller.right))
        throw right === 'admin' ? notFound() : new Trouble(403, 'Resource not accessible');
      return;
    case 'installation': {
      const { repository, permissions } = caller.token;
      if (repository.toLowerCase() !== fullName.toLowerCase()) throw notFound();
      const [name, access] = permission;
      const has = name === 'metadata' ? 'read' : permissions[name];
      if (has !== 'write' && has !== access) throw new Trouble(403, 'Resource not accessible by integration');
      return;
    }
    case 'app':
      throw new Trouble(401, 'A JSON web token could not be used for this');
  }
}
