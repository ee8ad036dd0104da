import { z } from 'zod';
import { Permission, permissionsOf, Role } from './access.ts';

/** What an API token looks like: `bft_` and at least 16 characters, 32 in those that we make (192 bits). */
export const API_TOKEN = /^bft_[A-Za-z0-9_-]{16,128}$/;

/** What is known of an API token. The token itself is stored nowhere. */
export const ApiToken = z.object({
  version: z.literal(1),
  /** `tokenIdOf` of the hash. */
  id: z.string(),
  /** `tokenHash` of the token. */
  hash: z.string(),
  team: z.string(),
  name: z.string().min(1).max(100),
  /** It may do no more than this role; nor more than its owner may by then. */
  role: Role,
  /** What it may do of that; null: all of it. */
  scopes: z.array(Permission).max(Permission.options.length).nullable(),
  /**
   * The person who answers for it: it is good while they are in the team. Where there is none, the id of the
   * token that no person made: this one, or its parent.
   */
  owner: z.string(),
  /** The token that made it: it is good while that one is. Null: a person made it. */
  parent: z.string().nullable(),
  /** Whether a person signed in with it: what they make with it is theirs, and stays when they sign out. */
  signs_in: z.boolean().default(false),
  created_at: z.int(),
  /** From when on it is no longer good (ms since the epoch); null: never. */
  expires_at: z.int().nullable(),
  revoked_at: z.int().nullable(),
  /** To the minute. */
  last_used_at: z.int().nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;

/** Whether a token is neither revoked nor over. */
export function isGood(token: ApiToken, now: number): boolean {
  return token.revoked_at === null && (token.expires_at === null || now < token.expires_at);
}

/** The person that an owner is; null where it is a token that no person made. */
export function personIn(owner: string): string | null {
  return owner.includes('@') ? owner : null;
}

/**
 * What a token may do. A token that another one made makes none itself: so a chain has two links at most, and
 * both are looked at with each request.
 * @param role the token's own, or its owner's where that is less by now.
 */
export function permissionsOfToken(token: ApiToken, role: Role, operates: boolean): ReadonlySet<Permission> {
  const all = permissionsOf(role, operates);
  const kept = token.scopes === null ? all : new Set(token.scopes.filter((scope) => all.has(scope)));
  return token.parent === null ? kept : new Set([...kept].filter((scope) => scope !== 'tokens:write'));
}
