import { z } from 'zod';
import {
  CloudBuildEnv,
  Common,
  HostsEnv,
  IdentityEnv,
  List,
  PositiveInt,
  SecretManagerEnv,
  SecretText,
  Text,
} from '../env.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(HostsEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend(IdentityEnv.shape)
  .extend({
    EXCHANGE_KEY: SecretText,
    /** Where the `callback` function is reached: the address before `/v1/builds/`. */
    CALLBACK_URL: z.url().regex(/[^/]$/, 'must not end with a slash'),
    BUILDER_ACCOUNTS: List,
    REGISTRY_STAGING: Text,
    REGISTRY_CACHE: Text,
    /** The builder's registry user; without it, a token of `STAGING_WRITER_ACCOUNT` is minted. */
    BUILDER_REGISTRY_USERNAME: Text.optional().meta({ local: true }),
    BUILDER_REGISTRY_PASSWORD: SecretText.optional().meta({ local: true }),
    STAGING_WRITER_ACCOUNT: z.email().optional(),
    IMAGE_LIMIT_BYTES: PositiveInt.default(10 * GIB),
    LOG_LIMIT_BYTES: PositiveInt.default(20 * MIB),
  })
  .refine(
    (env) => (env.BUILDER_REGISTRY_USERNAME && env.BUILDER_REGISTRY_PASSWORD) || env.STAGING_WRITER_ACCOUNT,
    {
      message: 'needs BUILDER_REGISTRY_USERNAME and BUILDER_REGISTRY_PASSWORD, or STAGING_WRITER_ACCOUNT',
    },
  );
