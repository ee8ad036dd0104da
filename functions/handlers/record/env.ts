import { CloudBuildEnv, RegistryEnv, SecretText, SubscriberEnv } from '../env.ts';

export const Env = SubscriberEnv.extend(CloudBuildEnv.shape)
  .extend(RegistryEnv.shape)
  .extend({ EXCHANGE_KEY: SecretText });
