import type { z } from 'zod';
import { jwksIdentity } from '#adapters/identity/jwks.ts';
import { peopleIdentity } from '#adapters/identity/people.ts';
import { memoryRates } from '#adapters/rates.ts';
import type { AccessSettings } from './context.ts';
import type { Env } from './env.ts';

/** How callers are verified in this environment. */
export function accessSettings(env: z.infer<typeof Env>): AccessSettings {
  const { IDENTITY_JWKS_URL: jwksUrl, IDENTITY_ISSUER: issuer } = env;
  const { GATEWAY_ACCOUNT: account, GATEWAY_AUDIENCE: audience } = env;
  return {
    people: peopleIdentity({
      projectId: env.GOOGLE_CLOUD_PROJECT,
      emulated: env.FIREBASE_AUTH_EMULATOR_HOST !== undefined,
      google: { jwksUrl, issuer, audiences: env.GOOGLE_ID_AUDIENCES },
    }),
    gateway: account && audience ? { account, identity: jwksIdentity({ jwksUrl, issuer, audience }) } : null,
    rates: memoryRates({ requests: env.REQUESTS_PER_MINUTE, failures: env.FAILED_SIGN_INS_PER_MINUTE }),
    proxies: env.TRUSTED_PROXIES,
  };
}
