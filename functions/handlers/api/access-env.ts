import { z } from 'zod';
import { Count, HostPort, IdentityEnv, List, PositiveInt, Text } from '../env.ts';

/** Who callers are, and how often they may ask. */
export const AccessEnv = z.object({
  ...IdentityEnv.shape,
  /** The Auth emulator: people are who its unsigned tokens say. For `demo-` projects only. */
  FIREBASE_AUTH_EMULATOR_HOST: HostPort.optional(),
  /** The OAuth clients whose Google ID tokens are taken; none: only Firebase's are. */
  GOOGLE_ID_AUDIENCES: List.default([]),
  /** The account of the API Gateway before us, and the audience that its tokens are for. */
  GATEWAY_ACCOUNT: z.email().optional(),
  GATEWAY_AUDIENCE: Text.optional(),
  /** How many proxies before us append to X-Forwarded-For: Cloud Run's own front is one. */
  TRUSTED_PROXIES: Count.default(1),
  REQUESTS_PER_MINUTE: PositiveInt.default(1200),
  FAILED_SIGN_INS_PER_MINUTE: PositiveInt.default(60),
});
