import { decodeJwt, errors, UnsecuredJWT } from 'jose';
import type { IdentityVerifier } from '#core/ports.ts';
import { identityIn, jwksIdentity } from './jwks.ts';

/** Google's keys for Firebase ID tokens (firebase.google.com/docs/auth/admin/verify-id-tokens, "third-party JWT library"). */
const FIREBASE_JWKS =
  'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';

const firebaseIssuer = (projectId: string): string => `https://securetoken.google.com/${projectId}`;

/** Firebase Authentication's ID tokens of this project. */
export function firebaseIdentity(projectId: string, jwksUrl = FIREBASE_JWKS): IdentityVerifier {
  return jwksIdentity({ jwksUrl, issuer: firebaseIssuer(projectId), audience: projectId });
}

/**
 * The Auth emulator's ID tokens, which nobody signs: whoever can send one is whom they like. Throws where the
 * project is not a `demo-` one, which are those that no project in the cloud can be.
 */
export function emulatorIdentity(projectId: string): IdentityVerifier {
  if (!projectId.startsWith('demo-'))
    throw new Error(`tokens that nobody signed are for demo- projects, and this is ${projectId}`);
  const issuer = firebaseIssuer(projectId);
  return {
    verify: async (token) => {
      try {
        return identityIn(UnsecuredJWT.decode(token, { issuer, audience: projectId }).payload);
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}

/**
 * Several issuers as one: a token goes to the one that it names, and to no other.
 * @param issuers by the claim `iss`.
 */
export function identityByIssuer(issuers: Readonly<Record<string, IdentityVerifier>>): IdentityVerifier {
  const known = new Map(Object.entries(issuers));
  return { verify: async (token) => (await known.get(issuerOf(token) ?? '')?.verify(token)) ?? null };
}

/** The claim of a token that nobody has checked yet; null where there is none. */
function issuerOf(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** Who signs people in, of a project: Firebase Authentication or its emulator, and Google itself where asked for. */
export function peopleIdentity(settings: {
  projectId: string;
  /** Whether the Auth emulator stands in for Firebase Authentication. */
  emulated: boolean;
  google: { jwksUrl: string; issuer: string; audiences: string[] };
}): IdentityVerifier {
  const { projectId, emulated } = settings;
  const firebase = emulated ? emulatorIdentity(projectId) : firebaseIdentity(projectId);
  const { jwksUrl, issuer, audiences } = settings.google;
  // Google's tokens name it with the scheme or without (developers.google.com/identity/openid-connect/openid-connect).
  const names = [issuer, issuer.replace(/^https:\/\//, '')];
  const google = jwksIdentity({ jwksUrl, issuer: names, audience: audiences });
  return identityByIssuer({
    [firebaseIssuer(projectId)]: firebase,
    ...(audiences.length > 0 && Object.fromEntries(names.map((name) => [name, google]))),
  });
}
