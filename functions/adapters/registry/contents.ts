import { z } from 'zod';
import type { CatalogImage } from '#core/ports.ts';
import { parseJson, readAtMost } from './answers.ts';
import { type RegistryHttp, splitPath } from './http.ts';
import { fetchManifest, MAX_MANIFEST_BYTES, type Manifest, parseManifest, pull } from './manifests.ts';
import { sideBySide } from './side-by-side.ts';

/** What is read of a config blob (OCI image spec, config.md). */
const Config = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

type Contents = Pick<CatalogImage, 'media_type' | 'platforms' | 'size_bytes'>;

/** What is in an image; null where it is not there. What is no manifest that we know has nothing in it. */
export async function contentsOf(http: RegistryHttp, path: string, digest: string): Promise<Contents | null> {
  const raw = await fetchManifest(http, path, digest);
  if (raw === null) return null;
  const manifest = parseManifest(raw);
  const sum = manifest === null ? { platforms: [], size_bytes: 0 } : await sumOf(http, path, manifest);
  return { media_type: raw.type, ...sum };
}

/** Whether a manifest is broken without another: it names it, or is about it. */
export function namesManifest({ manifests, subject }: Manifest, digest: string): boolean {
  return subject?.digest === digest || manifests.some((child) => child.digest === digest);
}

/** What is in a manifest: for an index, what is in those of its platforms. */
async function sumOf(http: RegistryHttp, path: string, manifest: Manifest) {
  if (manifest.config !== null) {
    const { os, architecture, variant } = (await configOf(http, path, manifest.config.digest)) ?? {};
    const platforms = os && architecture ? [platformText({ os, architecture, variant })] : [];
    return { platforms, size_bytes: sizeOf([manifest]) };
  }
  // what BuildKit attests stands beside the platforms under this name
  const children = manifest.manifests.filter(({ platform }) => platform && platform.os !== 'unknown');
  const manifests = await sideBySide(children, async ({ digest }) => {
    const raw = await fetchManifest(http, path, digest);
    return raw && parseManifest(raw);
  });
  return {
    platforms: [...new Set(children.flatMap(({ platform }) => (platform ? [platformText(platform)] : [])))],
    size_bytes: sizeOf(manifests.filter((child) => child !== null)),
  };
}

/** A blob that several platforms share is pulled once. */
function sizeOf(manifests: readonly Manifest[]): number {
  const sizes = new Map(manifests.flatMap(({ blobs }) => blobs.map(({ digest, size }) => [digest, size])));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

async function configOf(http: RegistryHttp, path: string, digest: string) {
  const { host, name } = splitPath(path);
  const url = `${http.base(host)}/v2/${name}/blobs/${digest}`;
  const response = await http.send(host, url, { method: 'GET', scopes: [pull(name)] });
  if (response.status === 404) return null;
  await http.ok(response, `read the config ${digest} of ${path}`);
  return Config.safeParse(parseJson(await readAtMost(response, MAX_MANIFEST_BYTES))).data ?? null;
}

function platformText(platform: { os: string; architecture: string; variant?: string | undefined }): string {
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}
