import { CloudBuildEnv, Common, RegistryEnv, SecretManagerEnv, SecretText, TeamRegistryEnv } from '../env.ts';

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(RegistryEnv.shape)
  .extend(TeamRegistryEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend({ EXCHANGE_KEY: SecretText });
