import type { Firestore } from '@google-cloud/firestore';
import { Delivery, RETENTION_MS } from '#core/delivery.ts';
import type { Deliveries } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';

export function firestoreDeliveries(firestore: Firestore): Deliveries {
  const deliveries = firestore.collection(COLLECTIONS.deliveries);
  return {
    create: (delivery) =>
      createDocument(
        firestore,
        `${COLLECTIONS.deliveries}/${delivery.id}`,
        delivery,
        delivery.received_at + RETENTION_MS,
      ),
    get: (id) => guarded(async () => parseDocument(Delivery, await deliveries.doc(id).get())),
    decide: (id, verdict, at) =>
      compareAndSet(firestore, [deliveries.doc(id)], ([snapshot]) => {
        const known = snapshot && parseDocument(Delivery, snapshot);
        const undecided = snapshot && known?.verdict === 'received';
        const writes = undecided ? [{ reference: snapshot.ref, data: { ...verdict, decided_at: at } }] : [];
        return { writes, result: undefined };
      }),
    undecided: (before, limit) =>
      guarded(async () => {
        const query = deliveries.where('verdict', '==', 'received').where('received_at', '<', before);
        const found = await query.orderBy('received_at').limit(limit).get();
        return found.docs.map((doc) => Delivery.parse(doc.data()));
      }),
  };
}
