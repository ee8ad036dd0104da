import {
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  Timestamp,
} from '@google-cloud/firestore';
import { Group } from '#core/groups.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet, type Write } from './compare-and-set.ts';
import { guarded, parseDocument } from './documents.ts';

/** How long a group is remembered after its last push: longer than any build of it is open, or a delivery late. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

/** The group; null where none is kept. */
export function groupIn(snapshot: DocumentSnapshot | undefined): Group | null {
  return (snapshot && parseDocument(Group, snapshot)) ?? null;
}

/** What a change of a group writes; nothing where there is none (null). */
export function groupWrite(reference: DocumentReference, group: Group | null, now: number): Write[] {
  return group === null
    ? []
    : [{ reference, data: { ...group, expire_at: Timestamp.fromMillis(now + KEPT_MS) } }];
}

export function unsettled(firestore: Firestore, pool: string, limit: number): Promise<Group[]> {
  const marked = firestore
    .collection(COLLECTIONS.groups)
    .where('pool', '==', pool)
    .where('unsettled', '==', true)
    .limit(limit);
  return guarded(async () => (await marked.get()).docs.map((doc) => Group.parse(doc.data())));
}

export function settle(firestore: Firestore, seen: Group): Promise<void> {
  const reference = firestore.collection(COLLECTIONS.groups).doc(seen.id);
  return compareAndSet(firestore, [reference], ([snapshot]) => {
    const same = groupIn(snapshot)?.marks === seen.marks;
    return { writes: same ? [{ reference, data: { unsettled: false } }] : [], result: undefined };
  });
}
