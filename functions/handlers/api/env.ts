import { z } from 'zod';
import {
  CloneEnv,
  CloudBuildEnv,
  Common,
  PoolEnv,
  ReleaseEnv,
  SecretManagerEnv,
  SecretText,
  TeamRegistryEnv,
} from '../env.ts';

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(CloneEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend(ReleaseEnv.shape)
  .extend(TeamRegistryEnv.shape)
  .extend(PoolEnv.shape)
  .extend({
    /** What the repositories' own webhook secrets are derived from. */
    WEBHOOK_KEY: SecretText,
    /** The planner's address, also the audience of the identity token that it is called with. */
    PLANNER_URL: z.url().regex(/[^/]$/, 'must not end with a slash'),
  });
