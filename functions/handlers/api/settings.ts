import type { z } from 'zod';
import { checkedIdentity } from '#adapters/identity/checked.ts';
import { jwksIdentity } from '#adapters/identity/jwks.ts';
import { identityByIssuer, peopleIdentity } from '#adapters/identity/people.ts';
import { identityToolkit } from '#adapters/identity-toolkit/sign-in.ts';
import { memoryRates } from '#adapters/rates.ts';
import type { AccessSettings, DeviceSignIn } from './context.ts';
import type { Env } from './env.ts';

/** How callers are verified in this environment. */
export function accessSettings(env: z.infer<typeof Env>): AccessSettings {
  const { IDENTITY_JWKS_URL: jwksUrl, IDENTITY_ISSUER: issuer } = env;
  return {
    people: peopleIdentity({
      projectId: env.GOOGLE_CLOUD_PROJECT,
      emulated: env.FIREBASE_AUTH_EMULATOR_HOST !== undefined,
      google: { jwksUrl, issuer, audiences: env.GOOGLE_ID_AUDIENCES },
    }),
    gateway: gatewayIn(env),
    rates: memoryRates({
      requests: env.REQUESTS_PER_MINUTE,
      failures: env.FAILED_SIGN_INS_PER_MINUTE,
      signIns: env.SIGN_INS_PER_MINUTE,
    }),
    proxies: env.TRUSTED_PROXIES,
  };
}

/** The gateway before us, and how its tokens are checked. */
function gatewayIn(env: z.infer<typeof Env>): AccessSettings['gateway'] {
  const { GATEWAY_ACCOUNT: account, GATEWAY_AUDIENCE: audience } = env;
  if (!account || !audience) return null;
  const { IDENTITY_JWKS_URL: jwksUrl, IDENTITY_ISSUER: issuer } = env;
  // A person's token, which comes here too, is not looked up among Google's keys.
  const identity = identityByIssuer({ [issuer]: jwksIdentity({ jwksUrl, issuer, audience }) });
  const checked = env.GATEWAY_TOKENS === 'checked' ? checkedIdentity({ issuer, audience }) : null;
  return { account, identity, checked };
}

/** How people sign in from a terminal in this environment; undefined: they cannot. */
export function deviceSignIn(env: z.infer<typeof Env>): DeviceSignIn | undefined {
  const { PUBLIC_URL: publicUrl, IDENTITY_API_KEY: apiKey, IDENTITY_TOOLKIT_ENDPOINT: endpoint } = env;
  return publicUrl && apiKey ? { publicUrl, signIn: identityToolkit({ endpoint, apiKey }) } : undefined;
}
