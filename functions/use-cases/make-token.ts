import { type Caller, lesserRole, type Permission, permissionsOf, type Role } from '#core/access.ts';
import { UserError } from '#core/errors.ts';
import { tokenHash, tokenIdOf } from '#core/ids.ts';
import type { Clock, Store } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import type { ApiToken } from '#core/token.ts';

export interface MakeTokenDeps {
  readonly store: Pick<Store, 'tokens'>;
  readonly now: Clock;
  /** 192 fresh random bits, base64url. */
  readonly random: () => string;
}

/** What somebody asks for. */
export interface TokenRequest {
  readonly name: string;
  /** Theirs, where none is given. */
  readonly role?: Role | undefined;
  /** Null: all that the role may do. */
  readonly scopes: readonly Permission[] | null;
  /** How long it shall be good (s); null: for ever. */
  readonly expiresInS: number | null;
}

/**
 * Makes a token that may do no more than who asks for it; nor for longer, where a token asks that is not a person's
 * sign-in. The token itself is in the answer and nowhere else. Throws UserError('refused') for what the caller may not give.
 */
export async function makeToken(
  deps: MakeTokenDeps,
  caller: Caller,
  request: TokenRequest,
): Promise<{ secret: Secret; token: ApiToken }> {
  const role = request.role ?? caller.role;
  if (lesserRole(role, caller.role) !== role)
    throw notYours('role', `your role is ${caller.role}, so this one’s cannot be ${role}`);
  const grantable = grantableBy(caller, role);
  const beyond = request.scopes?.filter((scope) => !grantable.includes(scope)) ?? [];
  if (beyond.length > 0)
    throw notYours('scopes', `a token of the role ${role} cannot have from you ${beyond.join(', ')}`);
  const secret = `bft_${deps.random()}`;
  const hash = tokenHash(secret);
  const id = tokenIdOf(hash);
  const now = deps.now();
  const token: ApiToken = {
    version: 1,
    id,
    hash,
    team: caller.team,
    name: request.name,
    role,
    // Of a token, what it may do now: a later change of a role does not make what it made wider.
    scopes: request.scopes?.slice() ?? (caller.parent === null ? null : grantable),
    owner: caller.owner,
    parent: caller.parent,
    signs_in: false,
    created_at: now,
    expires_at: earlier(
      request.expiresInS === null ? null : now + request.expiresInS * 1000,
      caller.parent === null ? null : caller.expires_at,
    ),
    revoked_at: null,
    last_used_at: null,
  };
  if ((await deps.store.tokens.create(token)) === 'exists') throw new Error(`there is a token ${id} already`);
  return { secret: new Secret(secret), token };
}

/** What a caller may hand on: what they have, as far as the role goes. A token that another makes makes none. */
function grantableBy(caller: Caller, role: Role): Permission[] {
  const ofRole = permissionsOf(role, true);
  const held = [...caller.permissions].filter((permission) => ofRole.has(permission));
  return caller.parent === null ? held : held.filter((permission) => permission !== 'tokens:write');
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function notYours(path: string, message: string): UserError {
  return new UserError('refused', message, { problems: [{ path, message }] });
}
