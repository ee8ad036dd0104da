import { CloneEnv, HostsEnv, SecretManagerEnv, SubscriberEnv } from '../env.ts';

export const Env = SubscriberEnv.extend(HostsEnv.shape).extend(CloneEnv.shape).extend(SecretManagerEnv.shape);
