import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { safeEqual, tokenHash } from './ids.ts';

/**
 * Signing in from a terminal: the device authorization grant (RFC 8628). A terminal asks for a grant, a person
 * answers it in a browser, the terminal redeems it for an API token. docs/decisions/0021 says why it is as it is.
 */

/** How long a person has to answer (ms). */
export const GRANT_MS = 10 * 60_000;
/** How long the terminal has at least to fetch what was approved, and to fetch it again (ms). */
const APPROVED_MS = 60_000;
/** How often a terminal asks (s); RFC 8628, section 3.5. */
export const POLL_INTERVAL_S = 3;
/** How much longer it waits for each time that it came too soon (s). */
export const SLOW_DOWN_S = 5;
/** How long the token is good (ms). */
export const SIGNED_IN_MS = 90 * 24 * 3_600_000;

/** Twenty consonants: no two of them look alike, and they spell nothing (RFC 8628, section 6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const CODE_LENGTH = 8;
/** A user code, as it is stored: without the dash that people are shown. */
const USER_CODE = new RegExp(`^[${LETTERS}]{${CODE_LENGTH}}$`);
/** A device code: the grant that it is for, and 256 random bits. */
export const DEVICE_CODE = new RegExp(`^bfd_([${LETTERS}]{${CODE_LENGTH}})([A-Za-z0-9_-]{43})$`);

const State = z.discriminatedUnion('status', [
  z.object({ status: z.literal('pending') }),
  z.object({ status: z.literal('denied'), email: z.string() }),
  z.object({ status: z.literal('approved'), email: z.string(), team: z.string() }),
  z.object({ status: z.literal('redeemed'), email: z.string(), team: z.string() }),
]);

/** A terminal that wants to be signed in. */
export const DeviceGrant = z.object({
  version: z.literal(1),
  /** The user code. */
  id: z.string().regex(USER_CODE),
  /** SHA-256 of the device code, hex. */
  device_hash: z.string(),
  /** What the terminal calls itself: `clientName` of it. */
  client: z.string().min(1).max(100),
  /** The address that it asked from; null where nobody told. */
  from: z.string().max(100).nullable(),
  created_at: z.int(),
  expires_at: z.int(),
  state: State,
});
export type DeviceGrant = z.infer<typeof DeviceGrant>;

/** What happens to a grant: a person's answer, or the terminal's fetching it. */
export type GrantEvent =
  | { readonly type: 'approve'; readonly email: string; readonly team: string }
  | { readonly type: 'deny'; readonly email: string }
  | { readonly type: 'redeem' };

/** `ignored`: it is so already. `refused`: it is over, nobody has answered yet, or somebody answered otherwise. */
export interface GrantOutcome {
  readonly outcome: 'applied' | 'ignored' | 'refused';
  readonly grant: DeviceGrant;
}

/** The state machine: pending → approved → redeemed, or pending → denied. What is over changes no more. */
export function answerGrant(grant: DeviceGrant, event: GrantEvent, now: number): GrantOutcome {
  const { state } = grant;
  const to = (next: DeviceGrant['state'], expires_at = grant.expires_at): GrantOutcome => ({
    outcome: 'applied',
    grant: { ...grant, state: next, expires_at },
  });
  const refused: GrantOutcome = { outcome: 'refused', grant };
  const same = (is: boolean): GrantOutcome => (is ? { outcome: 'ignored', grant } : refused);
  if (now >= grant.expires_at) return refused;
  switch (event.type) {
    case 'approve': {
      const { email, team } = event;
      if (state.status === 'pending')
        return to({ status: 'approved', email, team }, Math.max(grant.expires_at, now + APPROVED_MS));
      return same('team' in state && state.email === email && state.team === team);
    }
    case 'deny':
      if (state.status === 'pending') return to({ status: 'denied', email: event.email });
      return same(state.status === 'denied' && state.email === event.email);
    case 'redeem':
      if (state.status === 'approved') return to({ ...state, status: 'redeemed' });
      return same(state.status === 'redeemed');
  }
}

/** Eight letters of 64 random bits: each code as likely as any other, to one part in 10⁸. */
export function userCodeOf(random: Uint8Array): string {
  let rest = random.subarray(0, 8).reduce((all, byte) => all * 256n + BigInt(byte), 0n);
  const letters = Array.from({ length: CODE_LENGTH }, () => {
    const letter = LETTERS[Number(rest % 20n)];
    rest /= 20n;
    return letter;
  });
  return letters.join('');
}

/** A user code as people read it: `WDJB-MJHT`. */
export function shownCode(id: string): string {
  return `${id.slice(0, 4)}-${id.slice(4)}`;
}

/** A user code as somebody typed it, in whatever case and with whatever between; null: this is none. */
export function parseUserCode(text: string): string | null {
  const letters = text.toUpperCase().replaceAll(/[\s\p{P}]/gu, '');
  return USER_CODE.test(letters) ? letters : null;
}

/** The device code of a grant. @param secret 256 random bits, base64url. */
export function deviceCodeOf(id: string, secret: string): string {
  return `bfd_${id}${secret}`;
}

/** The grant that a device code names; null: this is none. It proves nothing: see `isDeviceCodeOf`. */
export function grantIdIn(deviceCode: string): string | null {
  return DEVICE_CODE.exec(deviceCode)?.[1] ?? null;
}

/** Whether a device code is the one that was given out with a grant. */
export function isDeviceCodeOf(grant: DeviceGrant, deviceCode: string): boolean {
  return safeEqual(grant.device_hash, tokenHash(deviceCode));
}

/**
 * The API token that a grant is redeemed for: derived from the device code, so that a terminal that missed the
 * answer gets the same one again, and it is stored nowhere.
 */
export function tokenOfDevice(deviceCode: string): string {
  return `bft_${createHmac('sha256', deviceCode).update('bitflow: API token of a device code').digest('base64url')}`;
}

/** What a terminal calls itself, as people may be shown it: one line, without what is not seen or turns text round. */
export function clientName(given: string): string {
  const seen = given.slice(0, 100).replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, ' ');
  return seen.replaceAll(/\s+/g, ' ').trim() || 'a terminal without a name';
}
