import { type CollectionReference, Firestore } from '@google-cloud/firestore';
import { PubSub } from '@google-cloud/pubsub';
import { cloudBuildClient } from '#adapters/cloud-build/client.ts';
import type { StackInfo } from '#local/stack-info.ts';

/** Every document of the stack's Firestore, of every collection at every depth. */
export async function allDocuments(info: StackInfo): Promise<{ path: string; data: unknown }[]> {
  const firestore = firestoreOf(info);
  try {
    const collections = await firestore.listCollections();
    return (await Promise.all(collections.map(documentsOf))).flat();
  } finally {
    await firestore.terminate();
  }
}

/** The stack's Firestore, for whoever writes to it too. */
export const firestoreOf = ({ projectId, firestoreEmulatorHost: host }: StackInfo): Firestore =>
  new Firestore({ projectId, host, ssl: false, customHeaders: { Authorization: 'Bearer owner' } });

async function documentsOf(collection: CollectionReference): Promise<{ path: string; data: unknown }[]> {
  const references = await collection.listDocuments();
  const found = references.map(async (reference) => {
    const own = { path: reference.path, data: (await reference.get()).data() };
    const below = await Promise.all((await reference.listCollections()).map(documentsOf));
    return [own, ...below.flat()];
  });
  return (await Promise.all(found)).flat();
}

export interface Heard {
  readonly topic: string;
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Hears every message of every topic from now on. */
export async function listen(
  info: StackInfo,
): Promise<{ heard: Heard[]; pubsub: PubSub; close(): Promise<void> }> {
  const pubsub = new PubSub({
    projectId: info.projectId,
    apiEndpoint: info.pubsubEmulatorHost,
    emulatorMode: true,
  });
  const [topics] = await pubsub.getTopics();
  const heard: Heard[] = [];
  const subscriptions = await Promise.all(
    topics.map(async (topic) => {
      const [name = ''] = topic.name.split('/').slice(-1);
      const [subscription] = await topic.createSubscription(`${name}-heard`);
      subscription.on('message', (message) => {
        heard.push({ topic: name, data: message.data.toString('utf8'), attributes: message.attributes });
        message.ack();
      });
      return subscription;
    }),
  );
  const close = async () => {
    await Promise.all(subscriptions.map((subscription) => subscription.close()));
    await pubsub.close();
  };
  return { heard, pubsub, close };
}

/** Every Build resource, as whoever may list them sees it. */
export async function allCloudBuilds(
  { projectId, cloudBuild }: StackInfo,
  region: string,
): Promise<{ id: string; resource: unknown }[]> {
  const client = cloudBuildClient(projectId, cloudBuild);
  try {
    const parent = `projects/${projectId}/locations/${region}`;
    const [builds] = await client.listBuilds({ parent, projectId });
    return builds.map((build) => ({ id: build.id ?? '', resource: build }));
  } finally {
    await client.close();
  }
}
