import type { Firestore } from '@google-cloud/firestore';
import { z } from 'zod';
import type { Tokens } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { guarded, parseDocument } from './documents.ts';

/** An API token: the document's id is its SHA-256; the token itself is stored nowhere. */
const TokenDocument = z.object({ version: z.literal(1), id: z.string(), team: z.string() });

export function firestoreTokens(firestore: Firestore): Tokens {
  return {
    find: (hash) =>
      guarded(async () => {
        const found = parseDocument(
          TokenDocument,
          await firestore.collection(COLLECTIONS.tokens).doc(hash).get(),
        );
        return found && { id: found.id, team: found.team };
      }),
  };
}
