import { z } from 'zod';
import { UserError } from '#core/errors.ts';
import { cursorAfterName, parseNameCursor } from '#core/page.ts';
import type { CatalogImage, ImageCatalog } from '#core/ports.ts';
import { parseJson, readAtMost } from './answers.ts';
import { type RegistryAccess, RegistryHttp, splitPath } from './http.ts';
import {
  digestOf,
  fetchManifest,
  MAX_MANIFEST_BYTES,
  type Manifest,
  parseManifest,
  pull,
} from './manifests.ts';
import { deleteReference } from './oci-registry.ts';
import { sideBySide } from './side-by-side.ts';

const TagsPage = z.object({ tags: z.array(z.string().max(128)).nullable() });
/** What is read of a config blob (OCI image spec, config.md). */
const Config = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

const TAGS_A_PAGE = 1000;
const MAX_TAGS = 10_000;

/**
 * What a registry has, by the OCI distribution spec. That lists tags only, and no times: so untagged images are
 * not in a list, and it is in the order of digests.
 */
export function ociCatalog(access: RegistryAccess): ImageCatalog {
  const http = new RegistryHttp(access);
  const described = async (path: string, digest: string, tags: readonly string[]) => {
    const raw = await fetchManifest(http, path, digest);
    if (raw === null) return null;
    const manifest = parseManifest(raw);
    const sum = manifest === null ? NOTHING : await contentsOf(http, path, manifest);
    return { digest, media_type: raw.type, tags: tags.toSorted(), ...sum, uploaded_at: null };
  };
  return {
    async list(path, { limit, after }) {
      const tagged = await tagsByDigest(http, path);
      const from = after === null ? '' : parseNameCursor(after);
      const digests = [...tagged.keys()].filter((digest) => digest > from).toSorted();
      const page = digests.slice(0, limit);
      const found = await sideBySide(page, (digest) => described(path, digest, tagged.get(digest) ?? []));
      const last = page.at(-1);
      const next = digests.length > limit && last !== undefined ? cursorAfterName(last) : null;
      return { items: found.filter((image) => image !== null), next };
    },
    async get(path, digest) {
      if ((await digestOf(http, path, digest)) === null) return null;
      const tagged = await tagsByDigest(http, path);
      return described(path, digest, tagged.get(digest) ?? []);
    },
    async neededBy(path, digest) {
      const tagged = await tagsByDigest(http, path);
      const needing = await sideBySide([...tagged.keys()], async (other) => {
        const raw = other === digest ? null : await fetchManifest(http, path, other);
        const manifest = raw && parseManifest(raw);
        return manifest !== null && names(manifest, digest) ? [other] : [];
      });
      return needing.flat().toSorted();
    },
    delete: (path, digest) => deleteReference(http, path, digest),
  };
}

const NOTHING: Pick<CatalogImage, 'platforms' | 'size_bytes'> = { platforms: [], size_bytes: 0 };

function names(manifest: Manifest, digest: string): boolean {
  const { manifests, subject } = manifest;
  return subject?.digest === digest || manifests.some((child) => child.digest === digest);
}

/** Every tag of a path, by what it points to. */
async function tagsByDigest(http: RegistryHttp, path: string): Promise<Map<string, string[]>> {
  const tags = await allTags(http, path);
  const digests = await sideBySide(tags, (tag) => digestOf(http, path, tag));
  const tagged = new Map<string, string[]>();
  for (const [index, tag] of tags.entries()) {
    const digest = digests[index] ?? null;
    if (digest !== null) tagged.set(digest, [...(tagged.get(digest) ?? []), tag]);
  }
  return tagged;
}

/** Page by page, each after the last tag of the one before (OCI distribution spec, "Listing Tags"). */
async function allTags(http: RegistryHttp, path: string): Promise<string[]> {
  const { host, name } = splitPath(path);
  const tags: string[] = [];
  for (let last: string | undefined = ''; last !== undefined; ) {
    const query = new URLSearchParams({ n: String(TAGS_A_PAGE), ...(last && { last }) });
    const url = `${http.base(host)}/v2/${name}/tags/list?${query}`;
    const response = await http.send(host, url, { method: 'GET', scopes: [pull(name)] });
    if (response.status === 404) return tags;
    await http.ok(response, `list the tags of ${path}`);
    const page = TagsPage.safeParse(parseJson(await readAtMost(response, MAX_MANIFEST_BYTES)));
    const more = page.data?.tags ?? [];
    tags.push(...more);
    if (tags.length > MAX_TAGS)
      throw new UserError('refused', `${path} has more than ${MAX_TAGS} tags: remove some at the registry`);
    last = response.headers.has('link') ? more.at(-1) : undefined;
  }
  return [...new Set(tags)];
}

async function contentsOf(http: RegistryHttp, path: string, manifest: Manifest) {
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
