import { z } from 'zod';
import { RegistryArea } from '#core/registry-areas.ts';
import {
  BuilderEnv,
  CloudBuildEnv,
  Common,
  HostsEnv,
  IdentityEnv,
  PositiveInt,
  SecretManagerEnv,
  SecretText,
  Text,
} from '../env.ts';
import { fixedUsers, TeamWriters } from './writers.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(BuilderEnv.shape)
  .extend(HostsEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend(IdentityEnv.shape)
  .extend({
    EXCHANGE_KEY: SecretText,
    /** Where the `callback` function is reached: the address before `/v1/builds/`. */
    CALLBACK_URL: z.url().regex(/[^/]$/, 'must not end with a slash'),
    REGISTRY_STAGING: RegistryArea,
    REGISTRY_CACHE: RegistryArea,
    TEAM_WRITERS: TeamWriters.optional(),
    /** In place of `TEAM_WRITERS`: the user of all builders, and the one of those that build a fork's code. */
    BUILDER_REGISTRY_USERNAME: Text.optional().meta({ local: true }),
    BUILDER_REGISTRY_PASSWORD: SecretText.optional().meta({ local: true }),
    BUILDER_FORK_REGISTRY_USERNAME: Text.optional().meta({ local: true }),
    BUILDER_FORK_REGISTRY_PASSWORD: SecretText.optional().meta({ local: true }),
    IMAGE_LIMIT_BYTES: PositiveInt.default(10 * GIB),
    LOG_LIMIT_BYTES: PositiveInt.default(20 * MIB),
  })
  .refine((env) => (env.TEAM_WRITERS === undefined) === (fixedUsers(env) !== null), {
    message:
      'is given, or users and passwords for both kinds of builders are: BUILDER_REGISTRY_… and BUILDER_FORK_REGISTRY_…',
    path: ['TEAM_WRITERS'],
  });
