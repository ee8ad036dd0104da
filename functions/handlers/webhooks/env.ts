import { Common, SecretList } from '../env.ts';

/** Several secrets while one is being rotated, separated by commas. */
export const Env = Common.extend({ GITHUB_WEBHOOK_SECRETS: SecretList });
