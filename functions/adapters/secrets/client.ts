import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { atEndpoint } from '../endpoint.ts';

/** Secret Manager: Google's, or a local server of its API at `endpoint` (`host:port`). */
export const secretManagerClient = (
  projectId: string,
  endpoint: string | undefined,
): SecretManagerServiceClient => new SecretManagerServiceClient({ projectId, ...atEndpoint(endpoint) });
