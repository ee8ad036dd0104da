import type { Firestore } from '@google-cloud/firestore';
import type { Teams } from '#core/ports.ts';
import { Team } from '#core/team.ts';
import { COLLECTIONS } from './collections.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';

export function firestoreTeams(firestore: Firestore): Teams {
  const teams = firestore.collection(COLLECTIONS.teams);
  return {
    create: (team) => createDocument(firestore, `${COLLECTIONS.teams}/${team.id}`, team),
    get: (id) => guarded(async () => parseDocument(Team, await teams.doc(id).get())),
  };
}
