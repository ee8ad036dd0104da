import { PubSub, type Topic } from '@google-cloud/pubsub';
import { z } from 'zod';
import { readOptions, untilStopped } from '../grpc.ts';
import { startMetadata } from '../metadata/server.ts';
import { cloudBuildFileSchema } from './options.ts';
import { startCloudBuild } from './server.ts';

// One process for both: the metadata server is what a worker has, and its life is the worker's.
const optionsSchema = cloudBuildFileSchema.extend({
  topic: z.string().default('cloud-builds'),
  metadata: z.strictObject({
    serviceAccount: z.string().min(1),
    issuer: z.url().optional(),
    port: z.number().int().optional(),
  }),
});

const stopped = untilStopped();
const options = await readOptions(optionsSchema, 'CLOUD_BUILD_OPTIONS', process.argv, process.env);
if (!process.env.PUBSUB_EMULATOR_HOST) throw new Error('PUBSUB_EMULATOR_HOST must say where to publish');
const { topic: topicName, metadata: metadataOptions, ...settings } = options;

const [projectId = ''] = settings.projectIds;
const metadata = await startMetadata({ projectId, ...metadataOptions });
const topics = new Map<string, Topic>();
for (const id of settings.projectIds) topics.set(id, new PubSub({ projectId: id }).topic(topicName));

const server = await startCloudBuild({
  ...settings,
  metadataOf: (serviceAccount) =>
    serviceAccount === '' ? Promise.resolve(metadata.address) : metadata.of(serviceAccount),
  publish: async ({ projectId, data, attributes }) => {
    await topics.get(projectId)?.publishMessage({ data, attributes });
  },
});
console.log(JSON.stringify({ cloudBuild: server.address, metadata: metadata.address }));

await stopped;
await server.close();
await metadata.close();
// The Pub/Sub clients keep sockets and timers open that nobody needs any more.
process.exit(0);
