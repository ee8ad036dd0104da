import type { Firestore } from '@google-cloud/firestore';
import type { Schedules } from '#core/ports.ts';
import { ScheduleBook } from '#core/schedules.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { guarded, parseDocument } from './documents.ts';

/** The books of schedules, by connection. */
export function firestoreSchedules(firestore: Firestore): Schedules {
  const books = firestore.collection(COLLECTIONS.schedules);
  return {
    get: (connectionId) =>
      guarded(async () => parseDocument(ScheduleBook, await books.doc(connectionId).get())),
    change: (connectionId, decide) => {
      const reference = books.doc(connectionId);
      return compareAndSet(firestore, [reference], ([snapshot]) => {
        const known = snapshot ? parseDocument(ScheduleBook, snapshot) : null;
        const next = decide(known);
        const same = next === known || JSON.stringify(next) === JSON.stringify(known);
        return { writes: same ? [] : [{ reference, data: next && ScheduleBook.parse(next) }], result: next };
      });
    },
    due: (now, limit) =>
      guarded(async () => {
        const found = await books.where('next_at', '<=', now).orderBy('next_at').limit(limit).get();
        return found.docs.map((doc) => ScheduleBook.parse(doc.data()));
      }),
  };
}
