import { errors, UnsecuredJWT } from 'jose';
import { REMOVED_SIGNATURE } from '#core/cloud-run.ts';
import type { IdentityVerifier } from '#core/ports.ts';
import { identityIn } from './jwks.ts';

/** The head of a token that nobody signed (RFC 7519, section 6.1). */
const UNSECURED = Buffer.from('{"alg":"none"}').toString('base64url');

/**
 * Tokens that Cloud Run has checked and taken the signature from, by their claims alone; no other token is taken.
 * Anybody can write such a token: it is only to be believed in a header that Cloud Run checks, of a service that
 * it lets nobody call but the one whom the token names.
 */
export function checkedIdentity(expected: { issuer: string | string[]; audience: string }): IdentityVerifier {
  return {
    verify: async (token) => {
      const [, claims, signature, ...more] = token.split('.');
      if (signature !== REMOVED_SIGNATURE || more.length > 0) return null;
      try {
        const options = { ...expected, requiredClaims: ['exp'] };
        return identityIn(UnsecuredJWT.decode(`${UNSECURED}.${claims}.`, options).payload);
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
