import { z } from 'zod';
import {
  CloneEnv,
  CloudBuildEnv,
  Common,
  ReleaseEnv,
  SecretManagerEnv,
  SecretText,
  TeamRegistryEnv,
} from '../env.ts';
import { AccessEnv } from './access-env.ts';

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(CloneEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend(ReleaseEnv.shape)
  .extend(TeamRegistryEnv.shape)
  .extend(AccessEnv.shape)
  .extend({
    /** What the repositories' own webhook secrets are derived from. */
    WEBHOOK_KEY: SecretText,
    /** The planner's address, also the audience of the identity token that it is called with. */
    PLANNER_URL: z.url().regex(/[^/]$/, 'must not end with a slash'),
  })
  .refine((env) => !env.FIREBASE_AUTH_EMULATOR_HOST || env.GOOGLE_CLOUD_PROJECT.startsWith('demo-'), {
    message: 'is for projects whose id starts with demo-: its tokens are signed by nobody',
    path: ['FIREBASE_AUTH_EMULATOR_HOST'],
  })
  .refine((env) => (env.GATEWAY_ACCOUNT === undefined) === (env.GATEWAY_AUDIENCE === undefined), {
    message: 'is given with GATEWAY_ACCOUNT, or neither is',
    path: ['GATEWAY_AUDIENCE'],
  });
