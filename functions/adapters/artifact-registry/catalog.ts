import type { ArtifactRegistryClient, protos } from '@google-cloud/artifact-registry';
import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import type { CatalogImage, ImageCatalog } from '#core/ports.ts';
import { contentsOf, namesManifest } from '../registry/contents.ts';
import { type RegistryAccess, RegistryHttp } from '../registry/http.ts';
import { fetchManifest, parseManifest } from '../registry/manifests.ts';
import { sideBySide } from '../registry/side-by-side.ts';
import { lastPart, packageOf } from './names.ts';

type Version = protos.google.devtools.artifactregistry.v1.IVersion;

/** gRPC codes: https://grpc.io/docs/guides/status-codes/ */
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;

/** What is asked of a version's metadata: those of a Docker image (its proto's comments name them). */
const Text = z.object({ stringValue: z.string() });
const Metadata = z.object({
  fields: z.object({ mediaType: Text.optional(), artifactType: Text.optional() }),
});
const INDEXES = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);
/** More than a path may have that an image is looked for in. */
const MAX_VERSIONS = 10_000;

/**
 * What Artifact Registry has, by its own API: that knows untagged images, when each was pushed, and what may not
 * be deleted. What is in an image is read from its manifest, over the OCI API that it speaks too.
 */
export function artifactRegistryCatalog(
  client: ArtifactRegistryClient,
  access: RegistryAccess,
): ImageCatalog {
  const http = new RegistryHttp(access);
  const described = async (path: string, version: Version): Promise<CatalogImage | null> => {
    const digest = lastPart(version.name);
    const contents = await contentsOf(http, path, digest);
    if (contents === null) return null;
    const tags = (version.relatedTags ?? []).map(({ name }) => lastPart(name)).toSorted();
    const { seconds } = version.createTime ?? {};
    return { digest, tags, ...contents, uploaded_at: seconds == null ? null : Number(seconds) * 1000 };
  };
  return {
    async list(path, { limit, after }) {
      const request = { parent: packageOf(path), view: 'FULL', orderBy: 'create_time desc' } as const;
      const page = { ...request, pageSize: limit, ...(after !== null && { pageToken: after }) };
      const found = await asked(() => client.listVersions(page, { autoPaginate: false }));
      if (found === null) return { items: [], next: null };
      const [versions, , response] = found;
      // a manifest without a tag is a part of an index, as a rule
      const shown = versions.filter((one) => (one.relatedTags ?? []).length > 0 || isIndex(one));
      const items = await sideBySide(shown, (version) => described(path, version));
      return { items: items.filter((image) => image !== null), next: response?.nextPageToken || null };
    },
    async get(path, digest) {
      const name = `${packageOf(path)}/versions/${digest}`;
      const found = await asked(() => client.getVersion({ name, view: 'FULL' }));
      return found === null ? null : described(path, found[0]);
    },
    async neededBy(path, digest) {
      const needing: string[] = [];
      for (const other of await mayNameOthers(client, packageOf(path))) {
        if (other === digest) continue;
        const raw = await fetchManifest(http, path, other);
        const manifest = raw && parseManifest(raw);
        if (manifest !== null && namesManifest(manifest, digest)) needing.push(other);
      }
      return needing.toSorted();
    },
    async delete(path, digest) {
      const name = `${packageOf(path)}/versions/${digest}`;
      await asked(async () => {
        const [operation] = await client.deleteVersion({ name, force: false });
        await operation.promise();
      });
    },
  };
}

const metadataOf = (version: Version) => Metadata.safeParse(version.metadata).data?.fields;
const isIndex = (version: Version) => INDEXES.has(metadataOf(version)?.mediaType?.stringValue ?? '');

/** The digests of what may name another manifest: indexes, and what is about something. */
async function mayNameOthers(client: ArtifactRegistryClient, parent: string): Promise<string[]> {
  const digests: string[] = [];
  const request = { parent, view: 'FULL', pageSize: 1000 } as const;
  let seen = 0;
  await asked(async () => {
    for await (const version of client.listVersionsAsync(request, { autoPaginate: false })) {
      if (isIndex(version) || metadataOf(version)?.artifactType) digests.push(lastPart(version.name));
      seen += 1;
      if (seen > MAX_VERSIONS)
        throw new UserError('refused', `${parent} has more than ${MAX_VERSIONS} versions to look through`);
    }
  });
  return digests;
}

/** An answer; null for what is not there. */
async function asked<T>(operation: () => Promise<T>): Promise<T | null> {
  try {
    return await operation();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    const message = cause instanceof Error ? cause.message.slice(0, 300) : '';
    if (code === NOT_FOUND) return null;
    if (code === FAILED_PRECONDITION) throw new UserError('conflict', message, { cause });
    if (code === INVALID_ARGUMENT) throw new UserError('refused', message, { cause });
    throw new TransientError('Artifact Registry did not answer', { cause });
  }
}
