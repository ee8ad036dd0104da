import { UserError } from '#core/errors.ts';
import type { Registry } from '#core/ports.ts';
import { reasonOf } from './answers.ts';
import { Copier, putManifest } from './copier.ts';
import { type RegistryAccess, RegistryHttp, splitPath } from './http.ts';
import { digestOf, fetchManifest, manifestUrl, remove } from './manifests.ts';

/**
 * A registry by the OCI distribution spec: Artifact Registry, GHCR, ECR, ACR and the local one alike.
 * Source: github.com/opencontainers/distribution-spec/blob/main/spec.md
 * @param source how the registry that images are copied from is reached, where it is another one.
 */
export function ociRegistry(access: RegistryAccess, source: RegistryAccess | null = null): Registry {
  const http = new RegistryHttp(access);
  const copier = new Copier(source === null ? http : new RegistryHttp(source), http);
  return {
    digest: (path, reference) => digestOf(http, path, reference),
    copy: (from, digest, to) => copier.image(from, digest, to),
    async putTag(path, tag, digest) {
      const manifest = await fetchManifest(http, path, digest);
      if (manifest === null) throw new UserError('refused', `${path} has no manifest ${digest}`);
      await putManifest(http, path, tag, manifest);
    },
    removeTag: (path, tag) => deleteReference(http, path, tag),
  };
}

/**
 * Deletes a tag or a manifest; one that is not there is no error. Throws UserError('refused') where the
 * registry does not do it: the spec leaves that to it ("Deleting tags", "Deleting Manifests").
 */
export async function deleteReference(http: RegistryHttp, path: string, reference: string): Promise<void> {
  const { host, name } = splitPath(path);
  const request = { method: 'DELETE', scopes: [remove(name)] } as const;
  const response = await http.send(host, manifestUrl(http, path, reference), request);
  if (response.status === 404) return;
  if (response.status === 405 || response.status === 400) {
    const why = await reasonOf(response);
    throw new UserError('refused', `the registry ${host} does not delete ${reference}: ${why}`);
  }
  await http.ok(response, `delete ${reference} of ${path}`);
}
