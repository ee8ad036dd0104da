import { CloneEnv, CloudBuildEnv, Common, PoolEnv, SecretManagerEnv, Text } from '../env.ts';

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(CloneEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend(PoolEnv.shape)
  .extend({ REGISTRY_RELEASE: Text });
