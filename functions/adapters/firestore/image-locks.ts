import { createHash } from 'node:crypto';
import type { DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import { ImageLock, isTaken, takeLock } from '#core/image-lock.ts';
import type { ImageLocks } from '#core/ports.ts';
import { type Destination, tagId } from '#core/tags.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { guarded, parseDocument } from './documents.ts';

export function firestoreImageLocks(firestore: Firestore): ImageLocks {
  const locks = firestore.collection(COLLECTIONS.imageLocks);
  const reference = (destination: Destination, digest: string) =>
    locks.doc(createHash('sha256').update(tagId(destination, digest)).digest('hex'));
  const parsed = (snapshot: DocumentSnapshot | undefined) =>
    snapshot ? parseDocument(ImageLock, snapshot) : null;
  return {
    take: (destination, digest, holder, now, ttlMs) => {
      const lock = reference(destination, digest);
      return compareAndSet(firestore, [lock], ([snapshot]) => {
        const data = takeLock(parsed(snapshot), holder, now, ttlMs);
        return { writes: data === null ? [] : [{ reference: lock, data }], result: data !== null };
      });
    },
    release: (destination, digest, holder) => {
      const lock = reference(destination, digest);
      return compareAndSet(firestore, [lock], ([snapshot]) => {
        const own = parsed(snapshot)?.holder === holder;
        return { writes: own ? [{ reference: lock, data: null }] : [], result: undefined };
      });
    },
    isTaken: (destination, digest, now) =>
      guarded(async () => isTaken(parsed(await reference(destination, digest).get()), now)),
  };
}
