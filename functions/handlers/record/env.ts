import {
  CloudBuildEnv,
  RegistryEnv,
  SecretManagerEnv,
  SecretText,
  SubscriberEnv,
  TeamRegistryEnv,
} from '../env.ts';

export const Env = SubscriberEnv.extend(CloudBuildEnv.shape)
  .extend(RegistryEnv.shape)
  .extend(TeamRegistryEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend({ EXCHANGE_KEY: SecretText });
