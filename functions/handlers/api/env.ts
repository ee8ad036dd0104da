import { CloneEnv, CloudBuildEnv, Common, SecretManagerEnv, Text } from '../env.ts';

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(CloneEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend({ REGISTRY_RELEASE: Text });
