import { Common, SecretList, SecretText } from '../env.ts';

export const Env = Common.extend({
  /** The GitHub App's: several while one is being rotated, separated by commas. Without an App, none. */
  GITHUB_WEBHOOK_SECRETS: SecretList.default([]),
  /** What the repositories' own are derived from. A new key makes all of them new, at once. */
  WEBHOOK_KEY: SecretText,
});
