import { z } from 'zod';
import { UserError } from '#core/errors.ts';
import type { ImageCatalog } from '#core/ports.ts';
import { parseJson, readAtMost } from './answers.ts';
import { contentsOf, namesManifest } from './contents.ts';
import { type RegistryAccess, RegistryHttp, splitPath } from './http.ts';
import { digestOf, fetchManifest, MAX_MANIFEST_BYTES, parseManifest, pull } from './manifests.ts';
import { deleteReference } from './oci-registry.ts';
import { sideBySide } from './side-by-side.ts';

const TagsPage = z.object({ tags: z.array(z.string().max(128)).nullable() });

const TAGS_A_PAGE = 1000;
const MAX_TAGS = 10_000;

/**
 * What a registry has, by the OCI distribution spec. That lists tags only, and no times: so untagged images are
 * not in a list, and it is in the order of digests.
 */
export function ociCatalog(access: RegistryAccess): ImageCatalog {
  const http = new RegistryHttp(access);
  const described = async (path: string, digest: string, tags: readonly string[]) => {
    const contents = await contentsOf(http, path, digest);
    return contents && { digest, tags: tags.toSorted(), ...contents, uploaded_at: null };
  };
  return {
    async list(path, { limit, after }) {
      const tagged = await tagsByDigest(http, path);
      const from = after ?? '';
      const digests = [...tagged.keys()].filter((digest) => digest > from).toSorted();
      const page = digests.slice(0, limit);
      const found = await sideBySide(page, (digest) => described(path, digest, tagged.get(digest) ?? []));
      const last = page.at(-1);
      const next = digests.length > limit && last !== undefined ? last : null;
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
        return manifest !== null && namesManifest(manifest, digest) ? [other] : [];
      });
      return needing.flat().toSorted();
    },
    delete: (path, digest) => deleteReference(http, path, digest),
  };
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
