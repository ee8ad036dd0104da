import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { TransientError } from '#core/errors.ts';
import type { IdentityVerifier } from '#core/ports.ts';

/** The claims of an identity token that we need (cloud.google.com/docs/authentication/token-types#id). */
const Claims = z.object({ sub: z.string().min(1), email: z.string(), email_verified: z.literal(true) });

/** Whose a token is, by its claims; null where they do not say, or the address was never verified. */
export function identityIn(payload: JWTPayload): { email: string } | null {
  const claims = Claims.safeParse(payload);
  return claims.success ? { email: claims.data.email } : null;
}

/** Checks identity tokens against an issuer's published keys; Google's are at `…/oauth2/v3/certs`. */
export function jwksIdentity(settings: {
  jwksUrl: string;
  /** The names under which the issuer goes. */
  issuer: string | string[];
  /** Whom a token must be for: one of these. */
  audience: string | string[];
}): IdentityVerifier {
  const keys = createRemoteJWKSet(new URL(settings.jwksUrl));
  return {
    async verify(token) {
      try {
        const { issuer, audience } = settings;
        const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'] });
        return identityIn(payload);
      } catch (error) {
        if (error instanceof errors.JWKSTimeout)
          throw new TransientError('the issuer’s keys are not to be had', { cause: error });
        if (error instanceof errors.JOSEError) return null;
        throw new TransientError('the issuer’s keys are not to be had', { cause: error });
      }
    },
  };
}
