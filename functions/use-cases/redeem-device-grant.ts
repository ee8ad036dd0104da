import {
  type DeviceGrant,
  grantIdIn,
  isDeviceCodeOf,
  SIGNED_IN_MS,
  tokenOfDevice,
} from '#core/device-grant.ts';
import { tokenHash, tokenIdOf } from '#core/ids.ts';
import type { Member } from '#core/member.ts';
import type { Clock, Store } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { type ApiToken, isGood } from '#core/token.ts';

export interface RedeemDeviceGrantDeps {
  readonly store: Pick<Store, 'deviceGrants' | 'tokens' | 'members'>;
  readonly now: Clock;
  /** Makes a token under the eyes of the audit log. */
  readonly recorded: (
    by: { readonly email: string; readonly team: string },
    make: () => Promise<ApiToken>,
  ) => Promise<ApiToken>;
}

/** What became of a grant; what is over, or never was, is `expired` alike. */
export type Redeemed =
  | { readonly status: 'pending' | 'denied' | 'expired' }
  | { readonly status: 'approved'; readonly secret: Secret; readonly token: ApiToken };

/**
 * What a terminal gets for its device code: the API token, once somebody approved. It may ask as often as it
 * likes: the token is derived from the code, so an answer that was lost, or that nobody lived to give, is given
 * again, and never a second token.
 */
export async function redeemDeviceGrant(deps: RedeemDeviceGrantDeps, deviceCode: string): Promise<Redeemed> {
  const { store, now } = deps;
  const id = grantIdIn(deviceCode);
  const grant = id === null ? null : await store.deviceGrants.get(id);
  if (grant === null || !isDeviceCodeOf(grant, deviceCode) || now() >= grant.expires_at)
    return { status: 'expired' };
  const { state } = grant;
  if (state.status === 'pending' || state.status === 'denied') return { status: state.status };
  const secret = new Secret(tokenOfDevice(deviceCode));
  if (state.status === 'redeemed') {
    const token = await store.tokens.find(tokenHash(secret.reveal()));
    return isOver(token, now()) ? { status: 'expired' } : { status: 'approved', secret, token };
  }
  // Out of the team since they approved.
  const member = await store.members.get(state.team, state.email);
  if (member === null) return { status: 'denied' };
  const token = await deps.recorded(member, () => makeToken(deps, grant, member, secret));
  return isOver(token, now()) ? { status: 'expired' } : { status: 'approved', secret, token };
}

/** Signed out since it was made: it is made no second time. */
function isOver(token: ApiToken | null, now: number): token is null {
  return token === null || !isGood(token, now);
}

/** The token first, then the note that it was fetched: whoever dies in between makes it again, and finds it made. */
async function makeToken(
  { store, now }: RedeemDeviceGrantDeps,
  grant: DeviceGrant,
  { email, team, role }: Member,
  secret: Secret,
): Promise<ApiToken> {
  const hash = tokenHash(secret.reveal());
  const created_at = now();
  const token: ApiToken = {
    version: 1,
    id: tokenIdOf(hash),
    hash,
    team,
    name: grant.client,
    role,
    scopes: null,
    owner: email,
    parent: null,
    signs_in: true,
    created_at,
    expires_at: created_at + SIGNED_IN_MS,
    revoked_at: null,
    last_used_at: null,
  };
  const created = await store.tokens.create(token);
  await store.deviceGrants.answer(grant.id, { type: 'redeem' }, created_at);
  if (created === 'created') return token;
  const known = await store.tokens.find(hash);
  if (known === null) throw new Error(`the token ${token.id} is there and is not`);
  return known;
}
