import { CloneEnv, CloudBuildEnv, Common, SecretManagerEnv, SecretText, Text } from '../env.ts';

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(CloneEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend({ REGISTRY_RELEASE: Text, WEBHOOK_KEY: SecretText });
