import type { Context, MiddlewareHandler } from 'hono';
import type { HostPlace } from '../stand-in.ts';
import type { Right } from '../state.ts';

/** What only an administrator's token may touch. */
const FOR_ADMINS = /\/(?:hooks|check-runs)(?:\/|$)/;

/** What everybody may read. */
const OF_A_COMMIT = /\/commits\/[^/]+\/check-runs$/;

/** The repository that a path names. */
export const fullNameIn = (context: Context): string =>
  `${context.req.param('owner')}/${context.req.param('repo')}`;

/** What the token of a request may do; null: it has none, or one that nobody knows. */
export function rightOf({ state }: HostPlace, context: Context): Right | null {
  const token = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
  return token === undefined ? null : (state.tokens.get(token) ?? null);
}

/** Lets in who may: without a token everybody reads what is public, and a repository that one may not see is not there. */
export function giteeAccess(place: HostPlace): MiddlewareHandler {
  const { repositories, state } = place;
  return async (context, next) => {
    const fullName = fullNameIn(context);
    const right = rightOf(place, context);
    if (right === null && context.req.header('authorization') !== undefined)
      return context.json({ message: '401 Unauthorized: Access token does not exist' }, 401);
    const facts = state.facts(fullName);
    if (!repositories.exists(fullName) || (facts.private && right === null))
      return context.json({ message: 'Not Found Project' }, 404);
    if (facts.renamed_to !== null) {
      const location = `${place.address}/api/v5/repos/${facts.renamed_to}`;
      return context.json({ message: 'Moved Permanently' }, 301, { location });
    }
    if (context.req.method !== 'GET' && right === null)
      return context.json({ message: '401 Unauthorized: Access token is required' }, 401);
    const writes = context.req.method !== 'GET' && right === 'read';
    const admins = FOR_ADMINS.test(context.req.path) && !OF_A_COMMIT.test(context.req.path);
    if (writes || (admins && right !== 'admin')) return context.json({ message: '403 Forbidden' }, 403);
    return next();
  };
}
