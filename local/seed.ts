import { PubSub } from '@google-cloud/pubsub';
import { tokenHash } from '#core/ids.ts';
import { setUpBus } from './bus.ts';
import { emulatorFirestore } from './emulator-firestore.ts';

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
  await firestore.doc(`api_tokens/${tokenHash(token)}`).create({ version: 1, id: 'local', team: 'default' });
  await firestore.terminate();
}
