import { PubSub } from '@google-cloud/pubsub';
import { tokenHash } from '#core/ids.ts';
import { DEFAULT_LIMITS, type Team } from '#core/team.ts';
import { setUpBus } from './bus.ts';
import { emulatorFirestore } from './emulator-firestore.ts';

/** The team that there is on one machine. Its images lie under this, in each registry. */
export const LOCAL_TEAM = 'local';

/** The bus with its subscriptions, and the one API token that there is. */
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
  const team: Team = {
    version: 1,
    id: LOCAL_TEAM,
    name: 'Local',
    registry_prefix: LOCAL_TEAM,
    limits: DEFAULT_LIMITS,
    operates: true,
    created_at: Date.now(),
  };
  await firestore.doc(`teams/${LOCAL_TEAM}`).create(team);
  await firestore.doc(`api_tokens/${tokenHash(token)}`).create({ version: 1, id: 'local', team: LOCAL_TEAM });
  await firestore.terminate();
}
