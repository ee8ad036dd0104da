import { CloneEnv, CloudBuildEnv, Common, ReleaseEnv, SecretManagerEnv, TeamRegistryEnv } from '../env.ts';

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(CloneEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend(ReleaseEnv.shape)
  .extend(TeamRegistryEnv.shape);
