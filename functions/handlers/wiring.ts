import { randomUUID } from 'node:crypto';
import type { CloudBuildClient } from '@google-cloud/cloudbuild';
import type { z } from 'zod';
import { cloudBuildClient } from '#adapters/cloud-build/client.ts';
import { cloudBuilds } from '#adapters/cloud-build/cloud-builds.ts';
import { fixedCredential, ownCredential } from '#adapters/registry/credentials.ts';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import type { Build } from '#core/build.ts';
import { promote } from '#use-cases/promote.ts';
import { common } from './common.ts';
import type { CloudBuildEnv, Common, RegistryEnv } from './env.ts';

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

/** What `record` and `sweep` share: everything that can follow from an event of a build. */
export function recorder(
  env: z.infer<typeof Common> & z.infer<typeof CloudBuildEnv> & z.infer<typeof RegistryEnv>,
) {
  const base = { ...common(env), cloudBuilds: cloudBuildsOf(env) };
  const { REGISTRY_USERNAME: user, REGISTRY_PASSWORD: password } = env;
  const credential = user && password ? fixedCredential(user, password) : ownCredential();
  const promotion = {
    ...base,
    registry: ociRegistry({ credential, insecure: env.INSECURE_REGISTRIES }),
    paths: { staging: env.REGISTRY_STAGING, release: env.REGISTRY_RELEASE },
    holder: randomUUID,
    tagLeaseMs: env.TAG_LEASE_MS,
  };
  return { ...promotion, promote: (build: Build) => promote(promotion, build) };
}
