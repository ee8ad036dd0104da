import type { Firestore } from '@google-cloud/firestore';
import { answerGrant, DeviceGrant } from '#core/device-grant.ts';
import type { DeviceGrants } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';

/** How long one is kept after it is over (ms): the store removes it some time after that. */
const KEPT_MS = 3_600_000;

/** Device grants: a document's id is the user code, so that both codes name it. */
export function firestoreDeviceGrants(firestore: Firestore): DeviceGrants {
  const grants = firestore.collection(COLLECTIONS.deviceGrants);
  return {
    create: (grant) =>
      createDocument(
        firestore,
        `${COLLECTIONS.deviceGrants}/${grant.id}`,
        DeviceGrant.parse(grant),
        grant.expires_at + KEPT_MS,
      ),
    get: (id) => guarded(async () => parseDocument(DeviceGrant, await grants.doc(id).get())),
    answer: (id, event, now) =>
      compareAndSet(firestore, [grants.doc(id)], ([snapshot]) => {
        const grant = snapshot && parseDocument(DeviceGrant, snapshot);
        if (!grant) return { writes: [], result: null };
        const result = answerGrant(grant, event, now);
        const { state, expires_at } = result.grant;
        const writes =
          result.outcome === 'applied' ? [{ reference: snapshot.ref, data: { state, expires_at } }] : [];
        return { writes, result };
      }),
  };
}
