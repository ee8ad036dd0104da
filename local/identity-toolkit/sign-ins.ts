import { randomBytes } from 'node:crypto';

/** The providers that are set up. */
export const PROVIDERS = ['google.com', 'github.com'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Whom the provider named. */
export interface Answered {
  readonly providerId: Provider;
  readonly email: string;
  readonly verified: boolean;
}

interface Begun {
  readonly provider: Provider;
  readonly continueUri: string;
  readonly session: string;
  /** The code that the provider gave, and for whom; null: not yet, or used. */
  given: { code: string; email: string; verified: boolean } | null;
}

const unique = (): string => randomBytes(20).toString('base64url');

/** The sign-ins that are under way, by their `state`. */
export function signIns() {
  const begun = new Map<string, Begun>();
  return {
    begin: (provider: Provider, continueUri: string, session = unique()) => {
      const state = unique();
      begun.set(state, { provider, continueUri, session, given: null });
      return { state, session };
    },
    providerOf: (state: string): Provider | null => begun.get(state)?.provider ?? null,
    /** Somebody says who they are; an empty address: they would rather not. @returns where their browser goes. */
    answer: (state: string, email: string, verified: boolean): string | null => {
      const one = begun.get(state);
      if (one === undefined) return null;
      const place = new URL(one.continueUri);
      place.searchParams.set('state', state);
      if (email.trim() === '') {
        place.searchParams.set('error', 'access_denied');
      } else {
        one.given = { code: unique(), email: email.trim(), verified };
        place.searchParams.set('code', one.given.code);
      }
      return place.href;
    },
    /** What the browser came back with, by whoever began it, once. @returns why not, in the API's words. */
    finish: (requestUri: string, session: string): Answered | string => {
      if (!URL.canParse(requestUri)) return 'INVALID_REQUEST_URI';
      const { searchParams, origin, pathname } = new URL(requestUri);
      const one = begun.get(searchParams.get('state') ?? '');
      if (one === undefined || `${origin}${pathname}` !== one.continueUri) return 'INVALID_IDP_RESPONSE';
      if (one.session !== session) return 'INVALID_SESSION_ID';
      const { given, provider } = one;
      if (given === null || searchParams.get('code') !== given.code) return 'INVALID_IDP_RESPONSE';
      one.given = null;
      return { providerId: provider, email: given.email, verified: given.verified };
    },
  };
}
