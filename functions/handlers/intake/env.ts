import { CloneEnv, HostsEnv, SecretManagerEnv, SubscriberEnv, TeamsEnv } from '../env.ts';

export const Env = SubscriberEnv.extend(HostsEnv.shape)
  .extend(CloneEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend(TeamsEnv.shape);
