import type { Firestore } from '@google-cloud/firestore';
import { UserError } from '#core/errors.ts';
import { safeEqual, tokenIdOf } from '#core/ids.ts';
import type { Tokens } from '#core/ports.ts';
import { ApiToken } from '#core/token.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet } from './compare-and-set.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';
import { newestFirst } from './page.ts';

const BY_CREATION = {
  field: 'created_at',
  placeOf: (token: ApiToken) => ({ at: token.created_at, id: token.id }),
};

/** API tokens: a document's id is the token's id, the start of its hash; so both are found with one read. */
export function firestoreTokens(firestore: Firestore): Tokens {
  const tokens = firestore.collection(COLLECTIONS.tokens);
  const get = (id: string) => guarded(async () => parseDocument(ApiToken, await tokens.doc(id).get()));
  return {
    create: (token) => createDocument(firestore, `${COLLECTIONS.tokens}/${token.id}`, ApiToken.parse(token)),
    get,
    find: async (hash) => {
      const token = await get(tokenIdOf(hash));
      return token !== null && safeEqual(token.hash, hash) ? token : null;
    },
    list: (team, owner, page) => {
      const ofTeam = tokens.where('team', '==', team);
      const query = owner === null ? ofTeam : ofTeam.where('owner', '==', owner);
      return newestFirst(query, ApiToken, BY_CREATION, page);
    },
    revoke: (id, at) =>
      compareAndSet(firestore, [tokens.doc(id)], ([snapshot]) => {
        const token = snapshot && parseDocument(ApiToken, snapshot);
        if (!token) throw new UserError('not_found', `there is no token ${JSON.stringify(id)}`);
        const writes =
          token.revoked_at === null ? [{ reference: snapshot.ref, data: { revoked_at: at } }] : [];
        return { writes, result: undefined };
      }),
    used: (id, at) =>
      guarded(async () => {
        await tokens.doc(id).update({ last_used_at: at });
      }),
  };
}
