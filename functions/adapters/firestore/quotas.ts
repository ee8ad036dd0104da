import { type Firestore, Timestamp } from '@google-cloud/firestore';
import { TransientError } from '#core/errors.ts';
import type { Quotas } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { codeOf, guarded } from './documents.ts';

/** How long the places of a day are kept after it began. */
const KEPT_MS = 3 * 24 * 3600 * 1000;
/** gRPC codes: the place is taken; somebody else is taking it. */
const ALREADY_EXISTS = 6;
const ABORTED = 10;

/**
 * The places of a team's day, a document each, and beside it one that says which build has a place. Both are
 * created in one step, never changed: those who ask at the same time meet at one place, and the later ones try
 * the next. No counter that all of them would write.
 */
export function firestoreQuotas(firestore: Firestore): Quotas {
  const quotas = firestore.collection(COLLECTIONS.quotas);
  return {
    take: async (team, day, limit, buildId) => {
      const key = `${day}.${team}`;
      const expire_at = Timestamp.fromMillis(Date.parse(day) + KEPT_MS);
      const own = quotas.doc(`${key}.${buildId}`);
      const hasOne = () => guarded(async () => (await own.get()).exists);
      if (await hasOne()) return true;
      const places = quotas.where('key', '==', key);
      const taken = await guarded(async () => (await places.count().get()).data().count);
      for (let place = taken + 1; place <= limit; ) {
        const batch = firestore.batch();
        batch.create(quotas.doc(`${key}.${place}`), { key, expire_at });
        batch.create(own, { expire_at });
        try {
          await guarded(() => batch.commit());
          return true;
        } catch (error) {
          const code = codeOf(error instanceof TransientError ? error.cause : error);
          if (code !== ALREADY_EXISTS && code !== ABORTED) throw error;
          if (await hasOne()) return true;
          if (code === ALREADY_EXISTS) place += 1;
        }
      }
      return false;
    },
  };
}
