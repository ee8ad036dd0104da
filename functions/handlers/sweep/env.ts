import {
  CloudBuildEnv,
  Common,
  PositiveInt,
  RegistryEnv,
  SecretManagerEnv,
  TeamRegistryEnv,
} from '../env.ts';

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(RegistryEnv.shape)
  .extend(TeamRegistryEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend({
    /** What is younger is left alone: its messages may still be on their way. */
    SWEEP_GRACE_MS: PositiveInt.default(60_000),
  });
