import { Common, SecretText } from '../env.ts';

export const Env = Common.extend({ EXCHANGE_KEY: SecretText });
