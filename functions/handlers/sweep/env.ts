import { CloneEnv, HostsEnv, PositiveInt, RecorderEnv, TeamsEnv, WebhooksEnv } from '../env.ts';

export const Env = RecorderEnv.extend(HostsEnv.shape)
  .extend(CloneEnv.shape)
  .extend(WebhooksEnv.shape)
  .extend(TeamsEnv.shape)
  .extend({
    /** What is younger is left alone: its messages may still be on their way. */
    SWEEP_GRACE_MS: PositiveInt.default(60_000).meta({ local: true }),
  });
