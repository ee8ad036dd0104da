import { FieldValue, type Firestore } from '@google-cloud/firestore';
import type { Repositories } from '#core/ports.ts';
import { Repository } from '#core/repository.ts';
import { COLLECTIONS } from './collections.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';

export function firestoreRepositories(firestore: Firestore): Repositories {
  const repositories = firestore.collection(COLLECTIONS.repositories);
  return {
    create: (repository) =>
      createDocument(firestore, `${COLLECTIONS.repositories}/${repository.id}`, repository),
    get: (id) => guarded(async () => parseDocument(Repository, await repositories.doc(id).get())),
    list: (team) =>
      guarded(async () => {
        const found = await repositories.where('team', '==', team).orderBy('full_name').get();
        return found.docs.map((doc) => Repository.parse(doc.data()));
      }),
    addSecretName: (id, name) =>
      guarded(async () => {
        await repositories.doc(id).update({ secret_names: FieldValue.arrayUnion(name) });
      }),
  };
}
