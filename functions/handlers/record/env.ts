import { RecorderEnv, SecretText, SubscriberEnv } from '../env.ts';

export const Env = SubscriberEnv.extend(RecorderEnv.shape).extend({ EXCHANGE_KEY: SecretText });
