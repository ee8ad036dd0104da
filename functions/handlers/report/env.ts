import { SubscriberEnv } from '../env.ts';

export const Env = SubscriberEnv;
