import { CloudBuildEnv, PositiveInt, SecretText, SubscriberEnv } from '../env.ts';

/** More would need the queue to be read in pages; it is also above Cloud Build's default quota. */
const MAX_CAPACITY = 150;

export const Env = SubscriberEnv.extend(CloudBuildEnv.shape).extend({
  EXCHANGE_KEY: SecretText,
  /** How many Cloud Builds of the pool run at once. */
  POOL_CAPACITY: PositiveInt.max(MAX_CAPACITY),
  /** How long a dead submitter holds up the next one. */
  LEASE_MS: PositiveInt.default(30_000),
});
