import type { Firestore } from '@google-cloud/firestore';
import { Delivery, RETENTION_MS } from '#core/delivery.ts';
import { DeliveryBody } from '#core/delivery-body.ts';
import type { Deliveries } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';
import { newestFirst } from './page.ts';

const BY_RECEPTION = {
  field: 'received_at',
  placeOf: (delivery: Delivery) => ({ at: delivery.received_at, id: delivery.id }),
};

/** Deliveries, and apart from them what their hosts sent: 100 KB that nobody wants in a list. */
export function firestoreDeliveries(firestore: Firestore): Deliveries {
  const deliveries = firestore.collection(COLLECTIONS.deliveries);
  const bodies = firestore.collection(COLLECTIONS.deliveryBodies);
  return {
    // Each alone, since many at once of one id wait for each other where a commit has two documents. Whoever dies in
    // between leaves a delivery without its body, which is only looked at: what is decided and replayed is the event.
    create: async (delivery, body = null) => {
      const expireAt = delivery.received_at + RETENTION_MS;
      const path = `${COLLECTIONS.deliveries}/${delivery.id}`;
      const created = await createDocument(firestore, path, Delivery.parse(delivery), expireAt);
      if (created === 'created' && body !== null)
        await createDocument(firestore, `${COLLECTIONS.deliveryBodies}/${delivery.id}`, body, expireAt);
      return created;
    },
    get: (id) => guarded(async () => parseDocument(Delivery, await deliveries.doc(id).get())),
    body: (id) => guarded(async () => parseDocument(DeliveryBody, await bodies.doc(id).get())),
    list: (team, { repositoryId, verdict }, page) => {
      const ofTeam = deliveries.where('team', '==', team);
      const ofRepository = repositoryId === null ? ofTeam : ofTeam.where('repository_id', '==', repositoryId);
      const wanted = verdict === null ? ofRepository : ofRepository.where('verdict', '==', verdict);
      return newestFirst(wanted, Delivery, BY_RECEPTION, page);
    },
    decide: (id, verdict, at) =>
      compareAndSet(firestore, [deliveries.doc(id)], ([snapshot]) => {
        const known = snapshot && parseDocument(Delivery, snapshot);
        const undecided = snapshot && known?.verdict === 'received';
        const writes = undecided ? [{ reference: snapshot.ref, data: { ...verdict, decided_at: at } }] : [];
        return { writes, result: writes.length > 0 };
      }),
    undecided: (before, limit) =>
      guarded(async () => {
        const query = deliveries.where('verdict', '==', 'received').where('received_at', '<', before);
        const found = await query.orderBy('received_at').limit(limit).get();
        return found.docs.map((doc) => Delivery.parse(doc.data()));
      }),
  };
}
