import { z } from 'zod';
import type { Build } from './build.ts';

/** More than can be promoting at once; of more, the lowest would have the least to hope for. */
const MAX_CANDIDATES = 200;

/** Who wants a tag: a build that is being released, or was; or a person who moved or removed it. */
const Candidate = z.object({
  /** Null: the tag shall not be there. */
  digest: z.string().nullable(),
  order: z.number(),
  /** When it was asked for (ms since the epoch): of two at one place, the later one wins. */
  asked_at: z.int(),
  /** Null: a person's wish. */
  build_id: z.string().nullable(),
  released: z.boolean(),
});
type Candidate = z.infer<typeof Candidate>;

/** Where an image is released to. One tag of it is one document: registries never share any, nor do teams. */
export interface Destination {
  readonly team: string;
  /** One of the team's own registries (`host/path`); null: the installation's. */
  readonly registry: string | null;
  /** The image's path there, the team's prefix first. */
  readonly name: string;
}

/** Where a build's image is released to. */
export function destinationOf(build: Build): Destination {
  return { team: build.team, registry: build.image.registry, name: build.image.name };
}

/**
 * What a tag of a released image should point to: its candidate with the highest place in the order of pushes.
 * Those below it are kept only while it may still fail. `dirty` until the registry was seen to agree.
 */
export const TagDocument = z.object({
  version: z.literal(1),
  team: z.string(),
  registry: z.string().nullable(),
  image: z.string(),
  tag: z.string(),
  /** Null: the tag was removed, and no push came since. */
  digest: z.string().nullable(),
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
  digest: string | null,
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

/**
 * Nobody can write this tag any more (its registry is gone, or refuses us): the mark goes all the same, unless
 * the document moved on, so that `sweep` does not come back to it for ever.
 */
export function abandonTag(document: TagDocument, digest: string | null): TagDocument | null {
  if (document.digest !== digest) return null;
  return { ...document, dirty: false, doubted_at: null, lease: null };
}

/**
 * The id of a tag's document. The last `:` separates, since no tag holds one; the installation's images have
 * no `@` in their path, so none of them shares an id with one of a team's own registry.
 */
export function tagId({ team, registry, name }: Destination, tag: string): string {
  const path = registry === null ? name : `${team}@${registry}/${name}`;
  return `${path.replaceAll('/', '|')}:${tag}`;
}

/** What a person wants of a tag, and the place of that among the pushes. */
export interface TagWish {
  /** An image that is there already; null: the tag shall go. */
  readonly digest: string | null;
  readonly order: number;
  readonly asked_at: number;
}

/**
 * What a person's wish does to a tag: it counts like a push of its place that was released at once. So a push
 * that comes later moves the tag on, and one that came earlier and ends late does not.
 */
export function moveTag(
  known: TagDocument | null,
  destination: Destination,
  tag: string,
  wish: TagWish,
): TagDocument {
  const own = { ...wish, build_id: null, released: true };
  // of two wishes at the same place and time, the one that comes last
  const candidates = useful([own, ...(known?.candidates ?? [])]);
  return documentOf(known, destination, tag, candidates, candidates[0] ?? own, wish.asked_at);
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
    if (best !== undefined) {
      write.push(documentOf(known, destinationOf(after), tag, candidates, best, after.updated_at));
    } else if (known !== null) remove.push(tag);
  }
  return { write, remove, moved: after.status === 'failed' ? [] : moved };
}

/** The document with these candidates; dirty where the best of them is another image than before. */
function documentOf(
  known: TagDocument | null,
  { team, registry, name }: Destination,
  tag: string,
  candidates: Candidate[],
  best: Candidate,
  at: number,
): TagDocument {
  const same = known?.digest === best.digest;
  return {
    version: 1,
    ...{ team, registry, image: name, tag, digest: best.digest, candidates },
    dirty: same ? known.dirty : true,
    changed_at: same ? known.changed_at : at,
    lease: known?.lease ?? null,
    doubted_at: known?.doubted_at ?? null,
  };
}

/** Those that want the tag after this step, the highest first. */
function candidatesAfter(build: Build, before: readonly Candidate[]): Candidate[] {
  const others = before.filter((candidate) => candidate.build_id !== build.id);
  const { result, order } = build;
  const wants = build.status === 'promoting' || build.status === 'succeeded';
  if (!wants || result === null || order === null) return useful(others);
  const { index_digest: digest } = result;
  const released = build.status === 'succeeded';
  return useful([...others, { digest, order, asked_at: build.created_at, build_id: build.id, released }]);
}

/** The highest first; below a released one, none is of use any more. Of equals, the one given first. */
function useful(candidates: readonly Candidate[]): Candidate[] {
  const sorted = candidates.toSorted((a, b) => b.order - a.order || b.asked_at - a.asked_at);
  const released = sorted.findIndex((candidate) => candidate.released);
  return sorted.slice(0, released < 0 ? MAX_CANDIDATES : Math.min(released + 1, MAX_CANDIDATES));
}
