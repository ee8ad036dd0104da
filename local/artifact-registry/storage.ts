import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What a manifest of the registry says of itself. */
const Manifest = z.object({
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  manifests: z.array(z.object({ digest: z.string() })).default([]),
});

export interface StoredVersion {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly createTime: Date;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly artifactType: string | null;
  /** The manifests that it names. */
  readonly children: readonly string[];
}

/**
 * The images of a registry as its files have them (distribution's storage layout, registry/storage/paths.go):
 * unlike its API, they know of manifests without a tag, and of when each was pushed.
 */
export class RegistryStorage {
  readonly #root: string;

  /** @param storage the registry's `rootdirectory`. */
  constructor(storage: string) {
    this.#root = join(storage, 'docker/registry/v2');
  }

  /** Every manifest of a repository, the newest first; null where there is no such repository. */
  async versions(name: string): Promise<StoredVersion[] | null> {
    const revisions = await entries(join(this.#manifests(name), 'revisions/sha256'));
    if (revisions === null) return null;
    const tags = await this.#tags(name);
    const found = await Promise.all(revisions.map((hex) => this.#version(name, hex, tags)));
    return found
      .filter((version) => version !== null)
      .toSorted((a, b) => b.createTime.getTime() - a.createTime.getTime() || (a.digest < b.digest ? -1 : 1));
  }

  /** Takes a manifest away, as the registry does: its bytes stay until a garbage collection. */
  async remove(name: string, digest: string): Promise<void> {
    await rm(this.#revision(name, digest.slice('sha256:'.length)), { recursive: true, force: true });
  }

  #manifests(name: string): string {
    return join(this.#root, 'repositories', name, '_manifests');
  }

  #revision(name: string, hex: string): string {
    return join(this.#manifests(name), 'revisions/sha256', hex);
  }

  async #tags(name: string): Promise<Map<string, string>> {
    const dir = join(this.#manifests(name), 'tags');
    const names = (await entries(dir)) ?? [];
    const links = names.map(async (tag) => [tag, await text(join(dir, tag, 'current/link'))] as const);
    return new Map((await Promise.all(links)).flatMap(([tag, link]) => (link === null ? [] : [[tag, link]])));
  }

  async #version(name: string, hex: string, tags: Map<string, string>): Promise<StoredVersion | null> {
    const link = join(this.#revision(name, hex), 'link');
    const digest = await text(link);
    if (digest === null) return null;
    const bytes = await readFile(join(this.#root, 'blobs/sha256', hex.slice(0, 2), hex, 'data'));
    const { mediaType = '', artifactType, manifests } = Manifest.parse(JSON.parse(bytes.toString('utf8')));
    return {
      digest,
      tags: [...tags].filter(([, value]) => value === digest).map(([tag]) => tag),
      createTime: (await stat(link)).mtime,
      sizeBytes: bytes.length,
      mediaType,
      artifactType: artifactType ?? null,
      children: manifests.map((child) => child.digest),
    };
  }
}

/** What a folder has; null where it is not there. */
const entries = (dir: string): Promise<string[] | null> => readdir(dir).catch(nothingThere);
const text = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(nothingThere);

function nothingThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
