import { z } from 'zod';
import { RegistryHttp, splitPath } from '#adapters/registry/http.ts';
import { MANIFEST_TYPES } from '#adapters/registry/manifests.ts';

const Index = z.object({
  manifests: z.array(
    z.object({ digest: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  ),
});
const Attestation = z.object({
  layers: z.array(z.object({ annotations: z.record(z.string(), z.string()) })),
});

/** The predicate types of the attestations in an image's index, as anyone who may pull it sees them. */
export async function predicatesOf(path: string, digest: string): Promise<string[]> {
  const { host, name } = splitPath(path);
  const http = new RegistryHttp({ insecure: [host], credential: async () => null });
  const manifest = async (reference: string): Promise<unknown> => {
    const request = {
      method: 'GET',
      scopes: [`repository:${name}:pull`],
      headers: { accept: MANIFEST_TYPES },
    } as const;
    return (await http.send(host, `${http.base(host)}/v2/${name}/manifests/${reference}`, request)).json();
  };
  const { manifests } = Index.parse(await manifest(digest));
  const attestations = manifests.filter(
    ({ annotations }) => annotations['vnd.docker.reference.type'] === 'attestation-manifest',
  );
  const found = await Promise.all(
    attestations.map(async (entry) => Attestation.parse(await manifest(entry.digest))),
  );
  return found.flatMap(({ layers }) =>
    layers.map(({ annotations }) => annotations['in-toto.io/predicate-type'] ?? ''),
  );
}
