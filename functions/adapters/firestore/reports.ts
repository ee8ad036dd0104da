import { type DocumentSnapshot, type Firestore, Timestamp } from '@google-cloud/firestore';
import { RETENTION_MS } from '#core/delivery.ts';
import type { Reports } from '#core/ports.ts';
import { leaseReport, ReportDocument, settleReport } from '#core/report-document.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet, type Decision } from './compare-and-set.ts';
import { guarded, parseDocument } from './documents.ts';

/** What git hosts were told of commits. */
export function firestoreReports(firestore: Firestore): Reports {
  const reports = firestore.collection(COLLECTIONS.reports);
  /** Writes what `next` makes of the document, where that is another one. */
  const change = (
    id: string,
    now: number,
    next: (known: ReportDocument | null) => ReportDocument | null,
  ): Promise<ReportDocument | null> => {
    const reference = reports.doc(id);
    const decide = ([snapshot]: readonly DocumentSnapshot[]): Decision<ReportDocument | null> => {
      const known = snapshot ? parseDocument(ReportDocument, snapshot) : null;
      const result = next(known);
      if (result === null || result === known) return { writes: [], result };
      const expire_at = Timestamp.fromMillis(now + RETENTION_MS);
      return { writes: [{ reference, data: { ...ReportDocument.parse(result), expire_at } }], result };
    };
    return compareAndSet(firestore, [reference], decide);
  };
  return {
    get: (id) => guarded(async () => parseDocument(ReportDocument, await reports.doc(id).get())),
    lease: async (subject, holder, now, ttlMs) => {
      const document = await change(subject.id, now, (known) =>
        leaseReport(known, subject, holder, now, ttlMs),
      );
      return document?.lease?.holder === holder ? document : null;
    },
    settle: (id, holder, news, now) =>
      change(id, now, (known) => known && settleReport(known, holder, news, now)),
    remove: async (id) => {
      await guarded(() => reports.doc(id).delete());
    },
    due: (before, limit) =>
      guarded(async () => {
        const found = await reports.where('due_at', '<', before).orderBy('due_at').limit(limit).get();
        return found.docs.map((doc) => ReportDocument.parse(doc.data()));
      }),
  };
}
