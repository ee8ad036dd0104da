import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { TransientError } from '#core/errors.ts';
import type { IdentityVerifier } from '#core/ports.ts';

/** The claims of a Google identity token that we need (cloud.google.com/docs/authentication/token-types#id). */
const Claims = z.object({ email: z.string(), email_verified: z.literal(true) });

/** Checks identity tokens against an issuer's published keys; Google's are at `…/oauth2/v3/certs`. */
export function jwksIdentity(settings: {
  jwksUrl: string;
  issuer: string;
  audience: string;
}): IdentityVerifier {
  const keys = createRemoteJWKSet(new URL(settings.jwksUrl));
  return {
    async verify(token) {
      try {
        const { issuer, audience } = settings;
        const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'] });
        const claims = Claims.safeParse(payload);
        return claims.success ? { email: claims.data.email } : null;
      } catch (error) {
        if (error instanceof errors.JWKSTimeout)
          throw new TransientError('the issuer’s keys are not to be had', { cause: error });
        if (error instanceof errors.JOSEError) return null;
        throw new TransientError('the issuer’s keys are not to be had', { cause: error });
      }
    },
  };
}
