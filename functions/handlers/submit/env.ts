import { CloudBuildEnv, Common, PositiveInt, SecretText } from '../env.ts';

export const Env = Common.extend(CloudBuildEnv.shape).extend({
  EXCHANGE_KEY: SecretText,
  /** How many Cloud Builds of the pool run at once. */
  POOL_CAPACITY: PositiveInt,
  /** How long a dead submitter holds up the next one. */
  LEASE_MS: PositiveInt.default(30_000),
});
