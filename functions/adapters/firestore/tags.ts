import type { DocumentReference, Firestore } from '@google-cloud/firestore';
import type { Tags } from '#core/ports.ts';
import { leaseTag, releaseTag, settleTag, TagDocument, tagId } from '#core/tags.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { guarded, parseDocument } from './documents.ts';

export function firestoreTags(firestore: Firestore): Tags {
  const reference = (image: string, tag: string) =>
    firestore.collection(COLLECTIONS.tags).doc(tagId(image, tag));
  return {
    get: (image, tag) => guarded(async () => parseDocument(TagDocument, await reference(image, tag).get())),
    lease: (image, tag, holder, now, ttlMs) =>
      change(firestore, reference(image, tag), (document) => leaseTag(document, holder, now, ttlMs)),
    settle: async (image, tag, holder, digest, now) => {
      const settled = await change(firestore, reference(image, tag), (document) =>
        settleTag(document, holder, digest, now),
      );
      return settled !== null;
    },
    release: async (image, tag, holder, doubtedAt) => {
      await change(firestore, reference(image, tag), (document) => releaseTag(document, holder, doubtedAt));
    },
    dirty: (before, limit) =>
      guarded(async () => {
        const dirty = firestore.collection(COLLECTIONS.tags).where('dirty', '==', true);
        const found = await dirty.where('changed_at', '<', before).orderBy('changed_at').limit(limit).get();
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
    return { writes: result ? [{ reference, data: result }] : [], result };
  });
}
