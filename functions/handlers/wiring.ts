import { randomUUID } from 'node:crypto';
import type { CloudBuildClient } from '@google-cloud/cloudbuild';
import type { z } from 'zod';
import { cloudBuildClient } from '#adapters/cloud-build/client.ts';
import { cloudBuilds } from '#adapters/cloud-build/cloud-builds.ts';
import { fixedCredential, ownCredential } from '#adapters/registry/credentials.ts';
import type { RegistryAccess } from '#adapters/registry/http.ts';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { teamRegistries } from '#adapters/registry/team-registries.ts';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import type { Build } from '#core/build.ts';
import type { Registry, Store } from '#core/ports.ts';
import { promote } from '#use-cases/promote.ts';
import { common } from './common.ts';
import type { CloudBuildEnv, Common, RegistryEnv, SecretManagerEnv, TeamRegistryEnv } from './env.ts';

/** How long a Cloud Build may wait for a worker before it expires. */
const CLOUD_BUILD_QUEUE_TTL_S = 3600;

type TeamRegistryEnvironment = z.infer<typeof Common> &
  z.infer<typeof TeamRegistryEnv> &
  z.infer<typeof SecretManagerEnv>;

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

/** How the teams' own registries are reached. */
export function teamAccessOf(env: TeamRegistryEnvironment, store: Pick<Store, 'registries'>) {
  const client = secretManagerClient(env.GOOGLE_CLOUD_PROJECT, env.SECRET_MANAGER_ENDPOINT);
  const secrets = secretManagerStore(client, env.GOOGLE_CLOUD_PROJECT);
  return teamRegistries({ store, secrets, allow: env.REGISTRY_ALLOW_HOSTS, ecrEndpoint: env.ECR_ENDPOINT });
}

/** Opens a team's own registry; images are copied there from the installation's. */
export function registryOpener(
  env: TeamRegistryEnvironment,
  store: Pick<Store, 'registries'>,
  own: RegistryAccess,
) {
  const reach = teamAccessOf(env, store);
  return async (team: string, url: string): Promise<Registry> => {
    const { access, ecr } = await reach(team, url);
    const registry = ociRegistry(access, own);
    return ecr === null ? registry : ecr.withRepositories(registry);
  };
}

/** What `record` and `sweep` share: everything that can follow from an event of a build. */
export function recorder(
  env: TeamRegistryEnvironment & z.infer<typeof CloudBuildEnv> & z.infer<typeof RegistryEnv>,
) {
  const base = { ...common(env), cloudBuilds: cloudBuildsOf(env) };
  const { REGISTRY_USERNAME: user, REGISTRY_PASSWORD: password } = env;
  const credential = user && password ? fixedCredential(user, password) : ownCredential();
  const own: RegistryAccess = { credential, insecure: env.INSECURE_REGISTRIES };
  const promotion = {
    ...base,
    registry: ociRegistry(own),
    openRegistry: registryOpener(env, base.store, own),
    paths: { staging: env.REGISTRY_STAGING, release: env.REGISTRY_RELEASE },
    holder: randomUUID,
    tagLeaseMs: env.TAG_LEASE_MS,
  };
  return { ...promotion, promote: (build: Build) => promote(promotion, build) };
}
