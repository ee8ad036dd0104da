import type { Firestore } from '@google-cloud/firestore';
import { AUDIT_RETENTION_MS, AuditRecord } from '#core/audit.ts';
import type { AuditLog } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { createDocument, guarded } from './documents.ts';
import { newestFirst } from './page.ts';

const BY_TIME = { field: 'at', placeOf: ({ at, id }: AuditRecord) => ({ at, id }) };

export function firestoreAuditLog(firestore: Firestore): AuditLog {
  const records = firestore.collection(COLLECTIONS.auditLog);
  return {
    begin: async (record) => {
      const path = `${COLLECTIONS.auditLog}/${record.id}`;
      const created = await createDocument(
        firestore,
        path,
        AuditRecord.parse(record),
        record.at + AUDIT_RETENTION_MS,
      );
      if (created === 'exists') throw new Error(`there is an audit record ${record.id} already`);
    },
    finish: (id, outcome) =>
      guarded(async () => {
        await records.doc(id).update({ ...outcome });
      }),
    list: (team, page) =>
      newestFirst(records.where('teams', 'array-contains', team), AuditRecord, BY_TIME, page),
  };
}
