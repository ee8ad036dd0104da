import { CloudBuildClient } from '@google-cloud/cloudbuild';
import { Firestore } from '@google-cloud/firestore';
import { PubSub } from '@google-cloud/pubsub';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { credentials } from '@grpc/grpc-js';

/** Firestore; its emulator where FIRESTORE_EMULATOR_HOST names one (the library's own variable). */
export const firestoreClient = (projectId: string): Firestore => new Firestore({ projectId });

/** Pub/Sub; its emulator where PUBSUB_EMULATOR_HOST names one (the library's own variable). */
export const pubsubClient = (projectId: string): PubSub => new PubSub({ projectId });

/** Cloud Build: Google's, or a local server of its API at `endpoint` (`host:port`). */
export const cloudBuildClient = (projectId: string, endpoint: string | undefined): CloudBuildClient =>
  new CloudBuildClient({ projectId, ...local(endpoint) });

/** Secret Manager: Google's, or a local server of its API at `endpoint` (`host:port`). */
export const secretManagerClient = (
  projectId: string,
  endpoint: string | undefined,
): SecretManagerServiceClient => new SecretManagerServiceClient({ projectId, ...local(endpoint) });

function local(endpoint: string | undefined) {
  if (endpoint === undefined) return {};
  const [apiEndpoint = '', port = ''] = endpoint.split(':');
  return { apiEndpoint, port: Number(port), sslCreds: credentials.createInsecure() };
}
