import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { artifactRegistryCatalog } from '#adapters/artifact-registry/catalog.ts';
import { artifactRegistryClient } from '#adapters/artifact-registry/client.ts';
import { isArtifactRegistry } from '#adapters/artifact-registry/names.ts';
import { fixedCredential, ownCredential } from '#adapters/registry/credentials.ts';
import type { RegistryAccess } from '#adapters/registry/http.ts';
import { ociCatalog } from '#adapters/registry/oci-catalog.ts';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { teamRegistries } from '#adapters/registry/team-registries.ts';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import type { ImageCatalog, Registry, Store } from '#core/ports.ts';
import type { Common, ReleaseEnv, SecretManagerEnv, TeamRegistryEnv } from './env.ts';

type Env = z.infer<typeof Common> &
  z.infer<typeof ReleaseEnv> &
  z.infer<typeof TeamRegistryEnv> &
  z.infer<typeof SecretManagerEnv>;

/** The registries that images are released to: the installation's, and the teams' own. */
export function releaseRegistries(env: Env, store: Pick<Store, 'registries'>) {
  const { REGISTRY_USERNAME: user, REGISTRY_PASSWORD: password } = env;
  const credential = user && password ? fixedCredential(user, password) : ownCredential();
  const own: RegistryAccess = { credential, insecure: env.INSECURE_REGISTRIES };
  const client = secretManagerClient(env.GOOGLE_CLOUD_PROJECT, env.SECRET_MANAGER_ENDPOINT);
  const secrets = secretManagerStore(client, env.GOOGLE_CLOUD_PROJECT);
  const reach = teamRegistries({
    ...{ store, secrets },
    allow: env.REGISTRY_ALLOW_HOSTS,
    ecrEndpoint: env.ECR_ENDPOINT,
  });
  return {
    registry: ociRegistry(own),
    /** Images are copied there from the installation's. */
    openRegistry: async (team: string, url: string): Promise<Registry> => {
      const { access, ecr } = await reach(team, url);
      const registry = ociRegistry(access, own);
      return ecr === null ? registry : ecr.withRepositories(registry);
    },
    catalog: catalogOf(env, own),
    openCatalog: async (team: string, url: string) => ociCatalog((await reach(team, url)).access),
    paths: { release: env.REGISTRY_RELEASE },
    holder: randomUUID,
    tagLeaseMs: env.TAG_LEASE_MS,
  };
}

/** What the installation's registry has: by Artifact Registry's API, or the one that all speak. */
function catalogOf(env: Env, own: RegistryAccess): ImageCatalog {
  if (!isArtifactRegistry(env.REGISTRY_RELEASE)) return ociCatalog(own);
  const client = artifactRegistryClient(env.GOOGLE_CLOUD_PROJECT, env.ARTIFACT_REGISTRY_ENDPOINT);
  return artifactRegistryCatalog(client, own);
}
