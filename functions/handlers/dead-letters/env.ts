import { Common } from '../env.ts';

export const Env = Common;
