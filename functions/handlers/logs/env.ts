import { SecretText, SubscriberEnv } from '../env.ts';

export const Env = SubscriberEnv.extend({ EXCHANGE_KEY: SecretText });
