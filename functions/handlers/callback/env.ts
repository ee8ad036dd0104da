import { CloudBuildEnv, Common, RegistryEnv, SecretText } from '../env.ts';

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(RegistryEnv.shape)
  .extend({ EXCHANGE_KEY: SecretText });
