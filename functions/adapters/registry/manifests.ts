import { createHash } from 'node:crypto';
import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import { parseJson, readAtMost } from './answers.ts';
import { type RegistryHttp, splitPath } from './http.ts';

const Descriptor = z.object({
  mediaType: z.string().max(256),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().nonnegative(),
});
const InIndex = Descriptor.extend({
  platform: z
    .object({
      os: z.string().max(64),
      architecture: z.string().max(64),
      variant: z.string().max(64).optional(),
    })
    .optional(),
});
/** What it says something about (a signature, an attestation) and is of no use without. */
const subject = Descriptor.optional();

/** The two shapes of a manifest: an index of manifests, or an image of blobs (OCI image spec, manifest.md and image-index.md). */
export const Manifest = z.union([
  z
    .object({ manifests: z.array(InIndex).max(64), subject })
    .transform(({ manifests, ...rest }) => ({ manifests, blobs: [], config: null, ...rest })),
  z
    .object({ config: Descriptor, layers: z.array(Descriptor).max(500), subject })
    .transform(({ config, layers, ...rest }) => ({
      manifests: [],
      blobs: [config, ...layers],
      config,
      ...rest,
    })),
]);
export type Manifest = z.infer<typeof Manifest>;

/** What we accept when asking for a manifest: OCI's types and Docker's, which mean the same. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** A manifest is small; whatever is larger is none (the spec lets registries refuse above 4 MiB). */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

export interface RawManifest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** The address of a manifest, by tag or digest. */
export function manifestUrl(http: RegistryHttp, path: string, reference: string): string {
  const { host, name } = splitPath(path);
  return `${http.base(host)}/v2/${name}/manifests/${reference}`;
}

/** The scopes of reading, writing and deleting in a repository (distribution's token scopes). */
export const pull = (name: string) => `repository:${name}:pull`;
export const push = (name: string) => `repository:${name}:pull,push`;
export const remove = (name: string) => `repository:${name}:pull,push,delete`;

/** The digest that a tag or digest names; null where it is not there. */
export async function digestOf(http: RegistryHttp, path: string, reference: string): Promise<string | null> {
  const { host, name } = splitPath(path);
  const request = { method: 'HEAD', scopes: [pull(name)], headers: { accept: MANIFEST_TYPES } } as const;
  const response = await http.send(host, manifestUrl(http, path, reference), request);
  if (response.status === 404) return null;
  await http.ok(response, `read ${path}:${reference}`);
  return response.headers.get('docker-content-digest');
}

/** A manifest's exact bytes, checked against its digest; null where it is not there. */
export async function fetchManifest(
  http: RegistryHttp,
  path: string,
  digest: string,
): Promise<RawManifest | null> {
  const { host, name } = splitPath(path);
  const request = { method: 'GET', scopes: [pull(name)], headers: { accept: MANIFEST_TYPES } } as const;
  const response = await http.send(host, manifestUrl(http, path, digest), request);
  if (response.status === 404) return null;
  await http.ok(response, `read ${path}@${digest}`);
  const bytes = await readAtMost(response, MAX_MANIFEST_BYTES + 1);
  if (bytes.length > MAX_MANIFEST_BYTES)
    throw new UserError('refused', `the manifest ${digest} is larger than 4 MiB`);
  const actual = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (actual !== digest) throw new TransientError(`the registry gave ${actual} for ${digest}`);
  return { bytes, type: response.headers.get('content-type') ?? '' };
}

/** What a manifest says; null where it is none of the two shapes. */
export function parseManifest(raw: RawManifest): Manifest | null {
  return Manifest.safeParse(parseJson(raw.bytes)).data ?? null;
}
