import type { DeviceGrant, GrantEvent, GrantOutcome } from '#core/device-grant.ts';
import type { Secret } from '#core/secret.ts';
import type { Created } from './common.ts';

/** Who may say who somebody is, by the names that Identity Platform has for them. */
export type SignInProvider = 'google.com' | 'github.com';

/** Signs people in at a provider: their browser goes there, and comes back. */
export interface SignIn {
  /**
   * Begins it.
   * @param returnTo where the browser shall come back to, by GET, with what the provider has to say in its query.
   * @returns where to send the browser, and what `finish` must be called with: so nobody can finish what another began.
   */
  begin(provider: SignInProvider, returnTo: string): Promise<{ address: string; session: string }>;
  /**
   * Finishes it. @param cameBackTo the whole address that the browser came back to.
   * @returns an ID token, to be verified like any; null where the provider said no, or this was not what was begun.
   */
  finish(cameBackTo: string, session: string): Promise<Secret | null>;
  /** Sends a mail to the address of an ID token, with a link that makes it a verified one. */
  mailVerification(idToken: Secret): Promise<void>;
}

/** Terminals that want to be signed in. */
export interface DeviceGrants {
  create(grant: DeviceGrant): Promise<Created>;
  get(id: string): Promise<DeviceGrant | null>;
  /** Takes a grant through `answerGrant`, in one atomic step; null where there is none. */
  answer(id: string, event: GrantEvent, now: number): Promise<GrantOutcome | null>;
}
