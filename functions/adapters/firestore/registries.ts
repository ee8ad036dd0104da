import type { Firestore } from '@google-cloud/firestore';
import { UserError } from '#core/errors.ts';
import type { Registries } from '#core/ports.ts';
import { TeamRegistry } from '#core/registry.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';

/** More than a team has; a list is never longer. */
const AT_MOST = 100;

export function firestoreRegistries(firestore: Firestore): Registries {
  const registries = firestore.collection(COLLECTIONS.registries);
  return {
    create: (registry) =>
      createDocument(firestore, `${COLLECTIONS.registries}/${registry.id}`, TeamRegistry.parse(registry)),
    get: (id) => guarded(async () => parseDocument(TeamRegistry, await registries.doc(id).get())),
    list: (team) =>
      guarded(async () => {
        const found = await registries.where('team', '==', team).orderBy('url').limit(AT_MOST).get();
        return found.docs.map((doc) => TeamRegistry.parse(doc.data()));
      }),
    setCredentialAt: (id, at) =>
      compareAndSet(firestore, [registries.doc(id)], ([snapshot]) => {
        if (!snapshot?.exists) throw new UserError('not_found', `there is no registry ${id}`);
        const data = { credential_at: at };
        return { writes: [{ reference: snapshot.ref, data }], result: undefined };
      }),
    remove: (id) =>
      guarded(async () => {
        await registries.doc(id).delete();
      }),
  };
}
