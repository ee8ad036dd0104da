import { z } from 'zod';
import { type BuildResult, Digest } from '#core/build.ts';

/** What is read of a descriptor: https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export const Descriptor = z.object({
  mediaType: z.string().default(''),
  digest: Digest,
  size: z.int().nonnegative(),
  platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export const Index = z.object({ manifests: z.array(Descriptor) });
export const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) });

/** Attestations are manifests of the index too; this annotation marks them (BuildKit: docs/attestations). */
const ATTESTATION = 'vnd.docker.reference.type';

export const isAttestation = ({ annotations }: z.infer<typeof Descriptor>): boolean =>
  annotations?.[ATTESTATION] !== undefined;

/** What an image is known by. */
export type ImageFacts = Pick<BuildResult, 'index_digest' | 'manifests' | 'size_bytes'>;

/**
 * What an index holds: each platform's manifest, and the bytes that a pull of all of them transfers.
 * @param read gives a manifest by its digest, as JSON.
 */
export async function describeImage(
  digest: string,
  read: (digest: string) => Promise<unknown>,
): Promise<ImageFacts> {
  const index = Index.parse(await read(digest));
  const platforms = index.manifests.filter((entry) => !isAttestation(entry));
  const sizes = new Map<string, number>();
  for (const entry of platforms) {
    const manifest = Manifest.parse(await read(entry.digest));
    for (const blob of [manifest.config, ...manifest.layers]) sizes.set(blob.digest, blob.size);
  }
  const manifests = platforms.map((entry) => ({
    platform: nameOf(entry.platform),
    manifest_digest: entry.digest,
  }));
  const size_bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { index_digest: digest, manifests, size_bytes };
}

function nameOf(platform: z.infer<typeof Descriptor>['platform']): string {
  return platform
    ? [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/')
    : 'unknown';
}
