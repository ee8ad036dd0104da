import type { DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import { Disconnection, disconnectionOf } from '#core/disconnection.ts';
import type { Repositories } from '#core/ports.ts';
import { type Connection, Repository } from '#core/repository.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';
import { newestFirst } from './page.ts';

const BY_CREATION = {
  field: 'created_at',
  placeOf: (repository: Repository) => ({ at: repository.created_at, id: repository.id }),
};

/** Connected repositories, and the notes of those that were disconnected lately. */
export function firestoreRepositories(firestore: Firestore): Repositories {
  const repositories = firestore.collection(COLLECTIONS.repositories);
  const notes = firestore.collection(COLLECTIONS.disconnections);
  return {
    create: (repository) =>
      createDocument(firestore, `${COLLECTIONS.repositories}/${repository.id}`, repository),
    get: (id) => guarded(async () => parseDocument(Repository, await repositories.doc(id).get())),
    withHostId: (platform, hostId) =>
      guarded(async () => {
        const known = repositories.where('platform', '==', platform).where('host_id', '==', hostId);
        const [found] = (await known.limit(1).get()).docs;
        return found ? parseDocument(Repository, found) : null;
      }),
    list: (team, page) => newestFirst(repositories.where('team', '==', team), Repository, BY_CREATION, page),
    change: (connection, decide) =>
      compareAndSet(firestore, [repositories.doc(connection.id)], ([snapshot]) => {
        const known = stillConnected(connection, snapshot);
        const next = known && decide(known);
        if (next === null || next === known) return { writes: [], result: next };
        const data = Repository.parse(next);
        return { writes: [{ reference: repositories.doc(connection.id), data }], result: data };
      }),
    disconnect: (connection, at) => {
      const reference = repositories.doc(connection.id);
      const note = notes.doc(connection.connection_id);
      return compareAndSet(firestore, [reference, note], ([snapshot]) => {
        const known = stillConnected(connection, snapshot);
        if (known === null) return { writes: [], result: null };
        const left = disconnectionOf(known, at);
        const writes = [
          { reference, data: null },
          { reference: note, data: left },
        ];
        return { writes, result: left };
      });
    },
    disconnections: (before, limit) =>
      guarded(async () => {
        const due = await notes.where('due_at', '<', before).orderBy('due_at').limit(limit).get();
        return due.docs.map((doc) => Disconnection.parse(doc.data()));
      }),
    workedOff: (connectionId, dueAgainAt) => {
      const reference = notes.doc(connectionId);
      return compareAndSet(firestore, [reference], ([snapshot]) => {
        const data = dueAgainAt === null ? null : { due_at: dueAgainAt };
        return { writes: snapshot?.exists ? [{ reference, data }] : [], result: undefined };
      });
    },
  };
}

/** The repository, if this connection of it is not over. */
function stillConnected(connection: Connection, snapshot: DocumentSnapshot | undefined): Repository | null {
  const known = snapshot && parseDocument(Repository, snapshot);
  return known?.connection_id === connection.connection_id ? known : null;
}
