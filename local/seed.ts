import { PubSub } from '@google-cloud/pubsub';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { tokenHash, tokenIdOf } from '#core/ids.ts';
import { DEFAULT_LIMITS } from '#core/team.ts';
import { setUpBus } from './bus.ts';
import { emulatorFirestore } from './emulator-firestore.ts';

/** The team that there is on one machine. Its images lie under this, in each registry. */
export const LOCAL_TEAM = 'local';

/** The person who is its admin: whoever signs in at the Auth emulator with this address. */
export const LOCAL_ADMIN = 'admin@bitflow.local';

/** The bus with its subscriptions; the one team there is, with its admin and an admin's API token. */
export async function seed(
  projectId: string,
  emulators: { firestore: string; pubsub: string },
  urls: Record<string, string>,
  token: string,
  maxDeliveryAttempts: number,
) {
  const pubsub = new PubSub({ projectId, apiEndpoint: emulators.pubsub, emulatorMode: true });
  await setUpBus(pubsub, urls, maxDeliveryAttempts);
  await pubsub.close();
  const firestore = emulatorFirestore(projectId, emulators.firestore);
  const store = firestoreStore(firestore);
  const created_at = Date.now();
  const team = { version: 1, id: LOCAL_TEAM, name: 'Local', registry_prefix: LOCAL_TEAM } as const;
  await store.teams.create(
    { ...team, limits: DEFAULT_LIMITS, operates: true, created_at },
    { version: 1, team: LOCAL_TEAM, email: LOCAL_ADMIN, role: 'admin', added_by: LOCAL_ADMIN, created_at },
  );
  const hash = tokenHash(token);
  const id = tokenIdOf(hash);
  await store.tokens.create({
    version: 1,
    id,
    hash,
    team: LOCAL_TEAM,
    name: 'of the local stack',
    role: 'admin',
    scopes: null,
    owner: id,
    parent: null,
    signs_in: false,
    created_at,
    expires_at: null,
    revoked_at: null,
    last_used_at: null,
  });
  await firestore.terminate();
}
