import { z } from 'zod';
import {
  BuilderEnv,
  CloneEnv,
  CloudBuildEnv,
  PoolEnv,
  PositiveInt,
  SecretText,
  SubscriberEnv,
  Text,
} from '../env.ts';

export const Env = SubscriberEnv.extend(CloudBuildEnv.shape)
  .extend(BuilderEnv.shape)
  .extend(PoolEnv.shape)
  .extend(CloneEnv.shape)
  .extend({
    EXCHANGE_KEY: SecretText,
    BUILDER_IMAGE: Text,
    /** The private pool that builds run in; without it, on Google's own machines. */
    WORKER_POOL: z
      .string()
      .regex(
        /^projects\/[^/]+\/locations\/[^/]+\/workerPools\/[^/]+$/,
        'must be projects/PROJECT/locations/REGION/workerPools/NAME',
      )
      .optional(),
    /** Where builds write their own logs; without it, to Cloud Logging. */
    LOGS_BUCKET: z
      .string()
      .regex(/^gs:\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'must be gs://BUCKET')
      .optional(),
    /** How long a dead submitter holds up the next one. */
    LEASE_MS: PositiveInt.default(30_000).meta({ local: true }),
  })
  .refine((env) => env.WORKER_POOL === undefined || env.WORKER_POOL.includes(`/locations/${env.REGION}/`), {
    message: 'must be in REGION: Cloud Build runs a build in its own region',
    path: ['WORKER_POOL'],
  });
