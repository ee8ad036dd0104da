import { artifactRegistryCatalog } from '#adapters/artifact-registry/catalog.ts';
import { artifactRegistryClient } from '#adapters/artifact-registry/client.ts';
import { isArtifactRegistry } from '#adapters/artifact-registry/names.ts';
import { ociCatalog } from '#adapters/registry/oci-catalog.ts';
import type { ImageCatalog } from '#core/ports.ts';
import type { ReleaseRegistriesEnv, registryAccess } from './registries.ts';

/** What the registries have that images are released to. */
export function imageCatalogs(env: ReleaseRegistriesEnv, { own, reach }: ReturnType<typeof registryAccess>) {
  const openCatalog = async (team: string, url: string) => ociCatalog((await reach(team, url)).access);
  if (!isArtifactRegistry(env.REGISTRY_RELEASE)) return { catalog: ociCatalog(own), openCatalog };
  const client = artifactRegistryClient(env.GOOGLE_CLOUD_PROJECT, env.ARTIFACT_REGISTRY_ENDPOINT);
  const catalog: ImageCatalog = artifactRegistryCatalog(client, own);
  return { catalog, openCatalog };
}
