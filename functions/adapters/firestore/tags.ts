import type { DocumentReference, DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import type { Tags } from '#core/ports.ts';
import {
  abandonTag,
  type Destination,
  leaseTag,
  moveTag,
  releaseTag,
  settleTag,
  TagDocument,
  tagId,
} from '#core/tags.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { guarded, parseDocument } from './documents.ts';

/** Where a tag's document lies. */
export const tagReference = (
  firestore: Firestore,
  destination: Destination,
  tag: string,
): DocumentReference => firestore.collection(COLLECTIONS.tags).doc(tagId(destination, tag));

/**
 * A tag's document as it is stored: with its candidates' digests beside them, for Firestore cannot look into a list
 * of maps, and with whether it is in a team's own registry.
 */
export function storedTag(document: TagDocument) {
  const digests = document.candidates.flatMap(({ digest }) => digest ?? []);
  return {
    ...TagDocument.parse(document),
    digests: [...new Set(digests)],
    elsewhere: document.registry !== null,
  };
}

export function firestoreTags(firestore: Firestore): Tags {
  const tags = firestore.collection(COLLECTIONS.tags);
  const reference = (destination: Destination, tag: string) => tagReference(firestore, destination, tag);
  const parsed = (snapshot: DocumentSnapshot | undefined) =>
    snapshot ? parseDocument(TagDocument, snapshot) : null;
  return {
    get: (destination, tag) => guarded(async () => parsed(await reference(destination, tag).get())),
    lease: (destination, tag, holder, now, ttlMs) =>
      change(firestore, reference(destination, tag), (document) => leaseTag(document, holder, now, ttlMs)),
    settle: async (destination, tag, holder, digest, now) => {
      const settled = await change(firestore, reference(destination, tag), (document) =>
        settleTag(document, holder, digest, now),
      );
      return settled !== null;
    },
    release: async (destination, tag, holder, doubtedAt) => {
      await change(firestore, reference(destination, tag), (document) =>
        releaseTag(document, holder, doubtedAt),
      );
    },
    move: (destination, tag, wish) =>
      compareAndSet(firestore, [reference(destination, tag)], ([snapshot]) => {
        const result = moveTag(parsed(snapshot), destination, tag, wish);
        return { writes: [{ reference: reference(destination, tag), data: storedTag(result) }], result };
      }),
    abandon: async (destination, tag, digest) => {
      await change(firestore, reference(destination, tag), (document) => abandonTag(document, digest));
    },
    dirty: (where, before, limit) =>
      guarded(async () => {
        const dirty = tags.where('elsewhere', '==', where === 'teams').where('dirty', '==', true);
        const old = dirty.where('changed_at', '<', before);
        const found = await old.orderBy('changed_at').limit(limit).get();
        return found.docs.map((doc) => TagDocument.parse(doc.data()));
      }),
    wanting: ({ team, registry, name }, digest, limit) =>
      guarded(async () => {
        const own = tags
          .where('team', '==', team)
          .where('registry', '==', registry)
          .where('image', '==', name);
        const found = await own.where('digests', 'array-contains', digest).limit(limit).get();
        return found.docs.map((doc) => TagDocument.parse(doc.data()));
      }),
  };
}

/** Changes a tag's document where `next` says so; the document as it is then, null where nothing was changed. */
function change(
  firestore: Firestore,
  reference: DocumentReference,
  next: (document: TagDocument) => TagDocument | null,
): Promise<TagDocument | null> {
  return compareAndSet(firestore, [reference], ([snapshot]) => {
    const document = snapshot && parseDocument(TagDocument, snapshot);
    const result = document ? next(document) : null;
    return { writes: result ? [{ reference, data: storedTag(result) }] : [], result };
  });
}
