import { Common, SecretList, SecretText } from '../env.ts';

export const Env = Common.extend({
  /** The installation's: several while one is being rotated, separated by commas. */
  GITHUB_WEBHOOK_SECRETS: SecretList,
  /** What the repositories' own are derived from. A new key makes all of them new, at once. */
  WEBHOOK_KEY: SecretText,
});
