import { HostsEnv, PositiveInt, SecretManagerEnv, SubscriberEnv } from '../env.ts';

export const Env = SubscriberEnv.extend(HostsEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend({
    /** How long a dead writer of a report holds up the next one: longer than a host may take for one. */
    REPORT_LEASE_MS: PositiveInt.default(60_000).meta({ local: true }),
  });
