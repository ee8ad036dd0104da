import { RecorderEnv, SecretText } from '../env.ts';

export const Env = RecorderEnv.extend({ EXCHANGE_KEY: SecretText });
