import type { z } from 'zod';
import { cloudBuildClient } from '#adapters/cloud-build/client.ts';
import { cloudBuilds } from '#adapters/cloud-build/cloud-builds.ts';
import type { CloudBuildEnv, Common } from './env.ts';

/** Cloud Build as this environment reaches it, without the right to create anything there. */
export function cloudBuildsOf(env: z.infer<typeof Common> & z.infer<typeof CloudBuildEnv>) {
  const { GOOGLE_CLOUD_PROJECT: projectId, REGION: region, CLOUD_BUILD_ENDPOINT: endpoint } = env;
  return cloudBuilds(cloudBuildClient(projectId, endpoint), { projectId, region });
}
