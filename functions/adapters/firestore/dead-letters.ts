import type { Firestore } from '@google-cloud/firestore';
import { DeadLetter } from '#core/dead-letter.ts';
import { RETENTION_MS } from '#core/delivery.ts';
import { UserError } from '#core/errors.ts';
import type { DeadLetters } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';
import { newestFirst } from './page.ts';

const BY_KEEPING = {
  field: 'kept_at',
  placeOf: (letter: DeadLetter) => ({ at: letter.kept_at, id: letter.id }),
};

/** Whose a letter is, as a field beside it: Firestore's `in` does not find null. */
const ownerOf = (team: string | null): string => (team === null ? 'none' : `team:${team}`);

export function firestoreDeadLetters(firestore: Firestore): DeadLetters {
  const letters = firestore.collection(COLLECTIONS.deadLetters);
  return {
    create: (letter) => {
      const shown_to = ownerOf(letter.team);
      const path = `${COLLECTIONS.deadLetters}/${letter.id}`;
      return createDocument(firestore, path, { ...letter, shown_to }, letter.kept_at + RETENTION_MS);
    },
    get: (id) => guarded(async () => parseDocument(DeadLetter, await letters.doc(id).get())),
    list: (teams, page) =>
      newestFirst(letters.where('shown_to', 'in', teams.map(ownerOf)), DeadLetter, BY_KEEPING, page),
    markReplayed: (id, at) =>
      compareAndSet(firestore, [letters.doc(id)], ([snapshot]) => {
        const letter = snapshot && parseDocument(DeadLetter, snapshot);
        if (!letter) throw new UserError('not_found', `there is no dead letter ${id}`);
        const change = { replayed_at: at, replays: letter.replays + 1 };
        return { writes: [{ reference: snapshot.ref, data: change }], result: { ...letter, ...change } };
      }),
  };
}
