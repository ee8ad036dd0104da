import { CloudBuildEnv, PoolEnv, PositiveInt, SecretText, SubscriberEnv } from '../env.ts';

export const Env = SubscriberEnv.extend(CloudBuildEnv.shape)
  .extend(PoolEnv.shape)
  .extend({
    EXCHANGE_KEY: SecretText,
    /** How long a dead submitter holds up the next one. */
    LEASE_MS: PositiveInt.default(30_000).meta({ local: true }),
  });
