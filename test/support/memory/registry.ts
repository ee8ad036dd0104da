import type { Registry } from '#core/ports.ts';
import { Faults } from './faults.ts';

/** A registry that knows which digests a path has and what its tags point to. */
export interface MemoryRegistry extends Registry {
  readonly faults: Faults<'digest' | 'copy' | 'putTag' | 'removeTag'>;
  /** Every tag that was put or removed, in order: `path:tag=digest`; nothing after the `=` where removed. */
  readonly puts: string[];
  /** Pushes an image, as a builder does to staging. */
  push(path: string, tag: string, digest: string): void;
  /** What a tag points to now. */
  tag(path: string, tag: string): string | null;
}

export function memoryRegistry(): MemoryRegistry {
  const faults = new Faults<'digest' | 'copy' | 'putTag' | 'removeTag'>();
  const digests = new Set<string>();
  const tags = new Map<string, string>();
  const puts: string[] = [];
  return {
    faults,
    puts,
    push: (path, tag, digest) => {
      digests.add(`${path}@${digest}`);
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
        if (!digests.has(`${from}@${digest}`)) throw new Error(`${from} has no ${digest}`);
        digests.add(`${to}@${digest}`);
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
  };
}
