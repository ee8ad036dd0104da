import type { DocumentReference, Firestore, Transaction } from '@google-cloud/firestore';
import type { Tags } from '#core/ports.ts';
import { TagDocument, tagId } from '#core/tags.ts';
import { COLLECTIONS } from './collections.ts';
import { guarded, parseDocument } from './documents.ts';

export function firestoreTags(firestore: Firestore): Tags {
  const reference = (image: string, tag: string) =>
    firestore.collection(COLLECTIONS.tags).doc(tagId(image, tag));
  return {
    get: (image, tag) => guarded(async () => parseDocument(TagDocument, await reference(image, tag).get())),
    lease: (image, tag, holder, now, ttlMs) =>
      change(firestore, reference(image, tag), (document, write) => {
        if (document.lease !== null && document.lease.holder !== holder && document.lease.until > now)
          return null;
        return write({ ...document, lease: { holder, until: now + ttlMs } });
      }),
    settle: async (image, tag, holder, digest) => {
      const settled = await change(firestore, reference(image, tag), (document, write) => {
        if (document.digest !== digest || document.lease?.holder !== holder) return null;
        return write({ ...document, dirty: false, lease: null });
      });
      return settled !== null;
    },
    release: async (image, tag, holder) => {
      await change(firestore, reference(image, tag), (document, write) =>
        document.lease?.holder === holder ? write({ ...document, lease: null }) : null,
      );
    },
    dirty: (before, limit) =>
      guarded(async () => {
        const dirty = firestore.collection(COLLECTIONS.tags).where('dirty', '==', true);
        const found = await dirty.where('changed_at', '<', before).orderBy('changed_at').limit(limit).get();
        return found.docs.map((doc) => TagDocument.parse(doc.data()));
      }),
  };
}

type Decide = (document: TagDocument, write: (next: TagDocument) => TagDocument) => TagDocument | null;

function change(
  firestore: Firestore,
  reference: DocumentReference,
  decide: Decide,
): Promise<TagDocument | null> {
  return guarded(() =>
    firestore.runTransaction(async (transaction: Transaction) => {
      const document = parseDocument(TagDocument, await transaction.get(reference));
      if (document === null) return null;
      return decide(document, (next) => {
        transaction.set(reference, next);
        return next;
      });
    }),
  );
}
