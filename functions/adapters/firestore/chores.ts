import type { Firestore } from '@google-cloud/firestore';
import { z } from 'zod';
import type { Chores } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { parseDocument } from './documents.ts';

/** When somebody last had the turn (ms since the epoch). */
const Chore = z.object({ version: z.literal(1), taken_at: z.int() });

export function firestoreChores(firestore: Firestore): Chores {
  const chores = firestore.collection(COLLECTIONS.chores);
  return {
    takeTurn: (name, now, everyMs) => {
      const reference = chores.doc(name);
      return compareAndSet(firestore, [reference], ([snapshot]) => {
        const known = snapshot ? parseDocument(Chore, snapshot) : null;
        if (known !== null && now - known.taken_at < everyMs) return { writes: [], result: false };
        const data = Chore.parse({ version: 1, taken_at: now });
        return { writes: [{ reference, data }], result: true };
      });
    },
  };
}
