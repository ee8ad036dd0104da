import { z } from 'zod';
import type { Build } from './build.ts';

/** What a tag of the release repository should point to. `dirty` until the registry was seen to agree. */
export const TagDocument = z.object({
  version: z.literal(1),
  image: z.string(),
  tag: z.string(),
  digest: z.string(),
  order: z.number(),
  build_id: z.string(),
  dirty: z.boolean(),
  /** Since when `dirty` is set (ms since the epoch). */
  changed_at: z.int(),
  lease: z.object({ holder: z.string(), until: z.int() }).nullable(),
});
export type TagDocument = z.infer<typeof TagDocument>;

/** The id of a tag's document; `:` separates, since neither image paths nor tags hold one. */
export function tagId(image: string, tag: string): string {
  return `${image.replaceAll('/', '|')}:${tag}`;
}

/**
 * The tags that a build moves when it enters `promoting`: forward only, in the order of pushes, never by
 * the time at which a build happened to finish.
 * @param current the documents of the build's tags, null where there is none yet.
 */
export function movedTags(build: Build, current: ReadonlyMap<string, TagDocument | null>): TagDocument[] {
  const { result, order } = build;
  if (result === null || order === null) return [];
  return build.image.tags.flatMap((tag) => {
    const known = current.get(tag) ?? null;
    if (known !== null && known.order >= order) return [];
    const moved = { version: 1, image: build.image.name, tag, digest: result.index_digest, order } as const;
    return [
      {
        ...moved,
        build_id: build.id,
        dirty: true,
        changed_at: build.updated_at,
        lease: known?.lease ?? null,
      },
    ];
  });
}
