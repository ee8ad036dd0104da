import type { CatalogImage, ImageCatalog, Registry } from '#core/ports.ts';
import { Faults } from './faults.ts';

/** A registry that knows which digests a path has and what its tags point to. */
export interface MemoryRegistry extends Registry {
  readonly faults: Faults<'digest' | 'copy' | 'putTag' | 'removeTag' | 'delete'>;
  /** Every tag that was put or removed, in order: `path:tag=digest`; nothing after the `=` where removed. */
  readonly puts: string[];
  /** What it has, for whoever lists and deletes. */
  readonly catalog: ImageCatalog;
  /** Pushes an image, as a builder does to staging; an index with what it names. */
  push(path: string, tag: string, digest: string, children?: readonly string[]): void;
  /** What a tag points to now. */
  tag(path: string, tag: string): string | null;
}

export function memoryRegistry(): MemoryRegistry {
  const faults: MemoryRegistry['faults'] = new Faults();
  /** What an index names, by path and digest; nothing for a single manifest. */
  const digests = new Map<string, readonly string[]>();
  const tags = new Map<string, string>();
  const puts: string[] = [];
  const at = (path: string) =>
    [...digests.keys()].filter((key) => key.startsWith(`${path}@`)).map((key) => key.slice(path.length + 1));
  const describe = (path: string, digest: string): CatalogImage => ({
    digest,
    media_type: 'application/vnd.oci.image.index.v1+json',
    tags: [...tags]
      .filter(([key, value]) => key.startsWith(`${path}:`) && value === digest)
      .map(([key]) => key.slice(path.length + 1))
      .toSorted(),
    platforms: ['linux/amd64'],
    size_bytes: 1000,
    uploaded_at: null,
  });
  return {
    faults,
    puts,
    push: (path, tag, digest, children = []) => {
      digests.set(`${path}@${digest}`, children);
      tags.set(`${path}:${tag}`, digest);
    },
    tag: (path, tag) => tags.get(`${path}:${tag}`) ?? null,
    digest: (path, reference) =>
      faults.run('digest', () => {
        if (!reference.startsWith('sha256:')) return tags.get(`${path}:${reference}`) ?? null;
        return digests.has(`${path}@${reference}`) ? reference : null;
      }),
    copy: (from, digest, to) =>
      faults.run('copy', () => {
        const children = digests.get(`${from}@${digest}`);
        if (children === undefined) throw new Error(`${from} has no ${digest}`);
        digests.set(`${to}@${digest}`, children);
      }),
    putTag: (path, tag, digest) =>
      faults.run('putTag', () => {
        if (!digests.has(`${path}@${digest}`)) throw new Error(`${path} has no ${digest}`);
        tags.set(`${path}:${tag}`, digest);
        puts.push(`${path}:${tag}=${digest}`);
      }),
    removeTag: (path, tag) =>
      faults.run('removeTag', () => {
        tags.delete(`${path}:${tag}`);
        puts.push(`${path}:${tag}=`);
      }),
    catalog: {
      list: async (path, { limit, after }) => {
        const found = at(path)
          .filter((digest) => digest > (after ?? ''))
          .toSorted();
        const items = found.slice(0, limit).map((digest) => describe(path, digest));
        return { items, next: found.length > limit ? (items.at(-1)?.digest ?? null) : null };
      },
      get: async (path, digest) => (digests.has(`${path}@${digest}`) ? describe(path, digest) : null),
      neededBy: async (path, digest) =>
        at(path).filter((other) => digests.get(`${path}@${other}`)?.includes(digest)),
      delete: (path, digest) =>
        faults.run('delete', () => {
          digests.delete(`${path}@${digest}`);
          for (const [key, value] of tags)
            if (key.startsWith(`${path}:`) && value === digest) tags.delete(key);
        }),
    },
  };
}
