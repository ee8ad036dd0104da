import { z } from 'zod';

const Descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
});

/** The two shapes of a manifest: an index of manifests, or an image of blobs (OCI image spec, manifest.md and image-index.md). */
export const Manifest = z.union([
  z
    .object({ manifests: z.array(Descriptor).max(64) })
    .transform(({ manifests }) => ({ manifests, blobs: [] })),
  z
    .object({ config: Descriptor, layers: z.array(Descriptor).max(500) })
    .transform(({ config, layers }) => ({ manifests: [], blobs: [config, ...layers] })),
]);

/** What we accept when asking for a manifest: OCI's types and Docker's, which mean the same. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** A manifest is small; whatever is larger is none (the spec lets registries refuse above 4 MiB). */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
