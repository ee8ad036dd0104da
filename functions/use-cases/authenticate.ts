import { lesserRole } from '#core/access.ts';
import { UserError } from '#core/errors.ts';
import { tokenHash } from '#core/ids.ts';
import { Email } from '#core/member.ts';
import type { Clock, IdentityVerifier, Store } from '#core/ports.ts';
import type { Principal } from '#core/principal.ts';
import { API_TOKEN, type ApiToken, isGood, personIn } from '#core/token.ts';

export interface AuthenticateDeps {
  readonly store: Pick<Store, 'tokens' | 'teams' | 'members'>;
  readonly now: Clock;
  /** Checks the ID tokens of people. Without it, only API tokens are taken. */
  readonly people: IdentityVerifier | null;
  /** The gateway before us, and which account its identity tokens must be of. */
  readonly gateway: Gateway | null;
  /** A last use that could not be noted: nothing that concerns the caller. */
  readonly onUnnoted: (error: unknown) => void;
}

export interface Gateway {
  readonly account: string;
  /** Checks its tokens. */
  readonly identity: IdentityVerifier;
  /** Takes those that Cloud Run has checked before us, and removed the signature of; null: none is taken. */
  readonly checked: IdentityVerifier | null;
}

/** The headers that may say who calls, as they came. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** `X-Forwarded-Authorization`: where API Gateway puts what the caller sent, its own token taking its place. */
  readonly forwarded: string | undefined;
  /** `X-Serverless-Authorization`: where it is sent, Cloud Run has checked it, and not `Authorization`. */
  readonly serverless: string | undefined;
}

/** What a request says of its caller, before that is checked. */
export interface Claim {
  /** The token sent, as it was; null where there is none that could be one. */
  readonly bearer: string | null;
  /** Whether the gateway sent the request on. That is checked. */
  readonly byGateway: boolean;
}

export interface Authenticator {
  /** Which of the headers counts. Asks nobody. */
  claimOf(credentials: Credentials): Promise<Claim>;
  /**
   * Who calls. Every refusal is the same UserError('unauthenticated'), after the same look-ups: neither answer
   * nor time tells a token that was revoked from one that never was.
   */
  identify(claim: Claim): Promise<Principal>;
}

/** How often the last use of a token is written (ms). */
const NOTE_EVERY_MS = 60_000;
/** How many tokens' last uses a process remembers to have noted. */
const MAX_REMEMBERED = 1000;

/** What stands in for a token that there is not, so that the look-ups that follow are those of any token. */
const NO_TOKEN: ApiToken = {
  version: 1,
  id: 't-none',
  hash: '',
  team: 'none',
  name: 'none',
  role: 'viewer',
  scopes: [],
  owner: 'none@none.invalid',
  parent: null,
  signs_in: false,
  created_at: 0,
  expires_at: null,
  revoked_at: 0,
  last_used_at: null,
};

/** The one place where it is decided who calls. */
export function authenticator(deps: AuthenticateDeps): Authenticator {
  const noted = new Map<string, number>();
  return {
    claimOf: async ({ authorization, forwarded, serverless }) => {
      const direct = bearerOf(authorization);
      // Whoever sends nothing through the gateway comes by the gateway too, and is nobody: not the gateway itself.
      const byGateway = await isGateway(deps, direct, serverless === undefined);
      return { bearer: byGateway ? bearerOf(forwarded) : direct, byGateway };
    },
    identify: async ({ bearer }) => {
      if (bearer === null) throw refusal();
      const isToken = bearer.startsWith('bft_');
      const principal = await (isToken ? ofToken(deps, bearer, noted) : ofPerson(deps, bearer));
      if (principal === null) throw refusal();
      return principal;
    },
  };
}

function refusal(): UserError {
  const how = 'send an API token, or an ID token, that is good: `Authorization: Bearer …`';
  return new UserError('unauthenticated', how);
}

function bearerOf(header: string | undefined): string | null {
  return /^Bearer +([A-Za-z0-9._~+/=-]{16,4096})$/i.exec(header ?? '')?.[1] ?? null;
}

/**
 * Anybody may send the forwarded header; only the gateway can sign in as itself.
 * @param checked whether Cloud Run, where it is before us, has checked this token.
 */
async function isGateway({ gateway }: AuthenticateDeps, bearer: string | null, checked: boolean) {
  if (gateway === null || bearer === null || bearer.startsWith('bft_')) return false;
  if (checked && (await gateway.checked?.verify(bearer))?.email === gateway.account) return true;
  return (await gateway.identity.verify(bearer))?.email === gateway.account;
}

async function ofPerson({ store, people }: AuthenticateDeps, bearer: string): Promise<Principal | null> {
  const identity = await people?.verify(bearer);
  const email = Email.safeParse(identity?.email);
  if (!email.success) return null;
  return { kind: 'user', email: email.data, memberships: await store.members.ofPerson(email.data) };
}

async function ofToken(
  deps: AuthenticateDeps,
  bearer: string,
  noted: Map<string, number>,
): Promise<Principal | null> {
  const { store } = deps;
  if (!API_TOKEN.test(bearer)) return null;
  const token = (await store.tokens.find(tokenHash(bearer))) ?? NO_TOKEN;
  const person = personIn(token.owner);
  const [team, member, parent] = await Promise.all([
    store.teams.get(token.team),
    person === null ? null : store.members.get(token.team, person),
    token.parent === null ? null : store.tokens.get(token.parent),
  ]);
  const now = deps.now();
  if (team === null || !isGood(token, now)) return null;
  if (person !== null && member === null) return null;
  if (token.parent !== null && (parent === null || !isGood(parent, now))) return null;
  await note(deps, token, now, noted);
  const role = member === null ? token.role : lesserRole(token.role, member.role);
  return { kind: 'token', token, team, role };
}

/** Notes that a token was used, once a minute: not with each request, and not by all requests of one instant. */
async function note(deps: AuthenticateDeps, token: ApiToken, now: number, noted: Map<string, number>) {
  const last = Math.max(token.last_used_at ?? 0, noted.get(token.id) ?? 0);
  if (now - last < NOTE_EVERY_MS) return;
  if (noted.size >= MAX_REMEMBERED) noted.clear();
  noted.set(token.id, now);
  await deps.store.tokens.used(token.id, now).catch(deps.onUnnoted);
}
