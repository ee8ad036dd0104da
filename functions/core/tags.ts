import { z } from 'zod';
import type { Build } from './build.ts';

/** More than can be promoting at once; of more, the lowest would have the least to hope for. */
const MAX_CANDIDATES = 200;

/** A build that wants a tag: it is being released, or was. */
const Candidate = z.object({
  digest: z.string(),
  order: z.number(),
  build_id: z.string(),
  released: z.boolean(),
});
type Candidate = z.infer<typeof Candidate>;

/**
 * What a tag of the release repository should point to: its candidate with the highest place in the order of
 * pushes. Those below it are kept only while it may still fail. `dirty` until the registry was seen to agree.
 */
export const TagDocument = z.object({
  version: z.literal(1),
  image: z.string(),
  tag: z.string(),
  digest: z.string(),
  candidates: z.array(Candidate).min(1).max(MAX_CANDIDATES),
  dirty: z.boolean(),
  /** Since when `dirty` is set (ms since the epoch). */
  changed_at: z.int(),
  lease: z.object({ holder: z.string(), until: z.int() }).nullable(),
  /**
   * Since when a writer may be on its way to the registry without a lease (ms since the epoch): it stalled,
   * died, or does not know what became of its request. What it puts may come after what is right.
   */
  doubted_at: z.int().nullable().default(null),
});
export type TagDocument = z.infer<typeof TagDocument>;

/** For how long a doubt is kept: longer than any function may run, so that whoever caused it has ended. */
export const DOUBT_MS = 15 * 60_000;

/** Leases a tag's document to a writer; null where another has it. One that lost its lease leaves a doubt. */
export function leaseTag(
  document: TagDocument,
  holder: string,
  now: number,
  ttlMs: number,
): TagDocument | null {
  const { lease, doubted_at } = document;
  const others = lease !== null && lease.holder !== holder;
  if (others && lease.until > now) return null;
  return { ...document, lease: { holder, until: now + ttlMs }, doubted_at: others ? now : doubted_at };
}

/**
 * The registry was seen to agree: the mark and the lease go, if it is still this holder's and this digest.
 * While there is a doubt the mark stays, so that somebody looks again.
 */
export function settleTag(
  document: TagDocument,
  holder: string,
  digest: string,
  now: number,
): TagDocument | null {
  if (document.digest !== digest || document.lease?.holder !== holder) return null;
  const doubted = document.doubted_at !== null && now - document.doubted_at < DOUBT_MS;
  return { ...document, dirty: doubted, doubted_at: doubted ? document.doubted_at : null, lease: null };
}

/** A writer gives its lease back; with a doubt, where it does not know whether what it sent is still to come. */
export function releaseTag(
  document: TagDocument,
  holder: string,
  doubtedAt: number | null,
): TagDocument | null {
  if (document.lease?.holder !== holder) return null;
  if (doubtedAt === null) return { ...document, lease: null };
  return { ...document, lease: null, dirty: true, doubted_at: doubtedAt };
}

/** The id of a tag's document; `:` separates, since neither image paths nor tags hold one. */
export function tagId(image: string, tag: string): string {
  return `${image.replaceAll('/', '|')}:${tag}`;
}

/** What a step of a build does to tag documents, in the same atomic step. */
export interface TagChanges {
  readonly write: readonly TagDocument[];
  /** Tags whose documents go. */
  readonly remove: readonly string[];
  /** Tags that are this build's now. */
  readonly moved: readonly string[];
}

/** Whether a step of a build concerns tag documents at all: then the store reads those of its tags. */
export function concernsTags(before: Build, after: Build): boolean {
  return (before.status === 'promoting') !== (after.status === 'promoting');
}

/**
 * What a step into or out of `promoting` does to the build's tags: it becomes a candidate for each, or is
 * released, or stands back. Forward only, in the order of pushes, never by the time at which a build happened
 * to finish; and one that could not be released gives the tag back to the one it had it from.
 * @param current the documents of the build's tags, null where there is none yet.
 */
export function tagChanges(after: Build, current: ReadonlyMap<string, TagDocument | null>): TagChanges {
  const write: TagDocument[] = [];
  const remove: string[] = [];
  const moved: string[] = [];
  for (const tag of after.image.tags) {
    const known = current.get(tag) ?? null;
    const candidates = candidatesAfter(after, known?.candidates ?? []);
    const [best] = candidates;
    if (best?.build_id === after.id) moved.push(tag);
    if (best === undefined) {
      if (known !== null) remove.push(tag);
      continue;
    }
    const same = known?.digest === best.digest;
    const changed = {
      dirty: same ? known.dirty : true,
      changed_at: same ? known.changed_at : after.updated_at,
    };
    const document = { version: 1, image: after.image.name, tag, digest: best.digest, candidates } as const;
    const writer = { lease: known?.lease ?? null, doubted_at: known?.doubted_at ?? null };
    write.push({ ...document, ...changed, ...writer });
  }
  return { write, remove, moved: after.status === 'failed' ? [] : moved };
}

/** Those that want the tag after this step, the highest first; below a released one, none is of use any more. */
function candidatesAfter(build: Build, before: readonly Candidate[]): Candidate[] {
  const others = before.filter((candidate) => candidate.build_id !== build.id);
  const { result, order } = build;
  const wants =
    (build.status === 'promoting' || build.status === 'succeeded') && result !== null && order !== null;
  const own = {
    digest: result?.index_digest ?? '',
    order: order ?? 0,
    build_id: build.id,
    released: build.status === 'succeeded',
  };
  const sorted = [...others, ...(wants ? [own] : [])].toSorted((a, b) => b.order - a.order);
  const released = sorted.findIndex((candidate) => candidate.released);
  return sorted.slice(0, released < 0 ? MAX_CANDIDATES : Math.min(released + 1, MAX_CANDIDATES));
}
