import type { CloudBuildClient } from '@google-cloud/cloudbuild';
import type { z } from 'zod';
import { cloudBuildClient } from '#adapters/cloud-build/client.ts';
import { cloudBuilds } from '#adapters/cloud-build/cloud-builds.ts';
import type { CloudBuildEnv, Common } from './env.ts';

/** How long a Cloud Build may wait for a worker before it expires. */
const CLOUD_BUILD_QUEUE_TTL_S = 3600;

/** Cloud Build as this environment reaches it. */
export function cloudBuildsOf(env: z.infer<typeof Common> & z.infer<typeof CloudBuildEnv>) {
  const client: CloudBuildClient = cloudBuildClient(env.GOOGLE_CLOUD_PROJECT, env.CLOUD_BUILD_ENDPOINT);
  return cloudBuilds(client, {
    projectId: env.GOOGLE_CLOUD_PROJECT,
    region: env.REGION,
    builderImage: env.BUILDER_IMAGE,
    serviceAccount: `projects/${env.GOOGLE_CLOUD_PROJECT}/serviceAccounts/${env.BUILDER_ACCOUNT}`,
    exchangeUrl: env.EXCHANGE_URL,
    queueTtlS: CLOUD_BUILD_QUEUE_TTL_S,
  });
}
