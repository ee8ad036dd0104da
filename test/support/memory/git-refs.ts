import type { RefLookup } from '#core/ports.ts';

/** What refs point to; a test reads and sets it. */
export interface MemoryRefs extends RefLookup {
  /** By full ref, whatever the repository. */
  readonly heads: Map<string, string>;
  /** What `resolve` throws, until it is set to null. */
  failure: Error | null;
}

export function memoryRefs(): MemoryRefs {
  const heads = new Map<string, string>();
  const refs: MemoryRefs = {
    heads,
    failure: null,
    resolve: async (_, asked) => {
      if (refs.failure !== null) throw refs.failure;
      return new Map(
        asked.flatMap((ref) => {
          const head = heads.get(ref);
          return head === undefined ? [] : [[ref, head] as const];
        }),
      );
    },
  };
  return refs;
}
