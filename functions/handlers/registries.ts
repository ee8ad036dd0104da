import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { fixedCredential, ownCredential } from '#adapters/registry/credentials.ts';
import type { RegistryAccess } from '#adapters/registry/http.ts';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { teamRegistries } from '#adapters/registry/team-registries.ts';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import type { Registry, Store } from '#core/ports.ts';
import type { Common, ReleaseEnv, SecretManagerEnv, TeamRegistryEnv } from './env.ts';

export type ReleaseRegistriesEnv = z.infer<typeof Common> &
  z.infer<typeof ReleaseEnv> &
  z.infer<typeof TeamRegistryEnv> &
  z.infer<typeof SecretManagerEnv>;

/** How the registries that images are released to are reached: the installation's, and the teams' own. */
export function registryAccess(env: ReleaseRegistriesEnv, store: Pick<Store, 'registries'>) {
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
  return { own, reach };
}

/** What releasing an image takes, wherever it goes. */
export function releaseRegistries(
  env: ReleaseRegistriesEnv,
  { own, reach }: ReturnType<typeof registryAccess>,
) {
  return {
    registry: ociRegistry(own),
    /** Images are copied there from the installation's. */
    openRegistry: async (team: string, url: string): Promise<Registry> => {
      const { access, ecr } = await reach(team, url);
      const registry = ociRegistry(access, own);
      return ecr === null ? registry : ecr.withRepositories(registry);
    },
    paths: { release: env.REGISTRY_RELEASE },
    holder: randomUUID,
    tagLeaseMs: env.TAG_LEASE_MS,
  };
}
