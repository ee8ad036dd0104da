import type { RefLookup } from '#core/ports.ts';

/** A git server in memory: what each full ref points to, whatever the repository. */
export interface MemoryRefs extends RefLookup {
  readonly heads: Map<string, string>;
  /** What every question throws, until it is set to null. */
  failure: Error | null;
}

export function memoryRefs(): MemoryRefs {
  const lookup: MemoryRefs = {
    heads: new Map(),
    failure: null,
    async resolve(_, refs) {
      if (lookup.failure) throw lookup.failure;
      return new Map(
        refs.flatMap((ref) => {
          const sha = lookup.heads.get(ref);
          return sha === undefined ? [] : [[ref, sha] as const];
        }),
      );
    },
  };
  return lookup;
}
