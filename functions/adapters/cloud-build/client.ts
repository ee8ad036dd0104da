import { CloudBuildClient } from '@google-cloud/cloudbuild';
import { atEndpoint } from '../endpoint.ts';

/** Cloud Build: Google's, or a local server of its API at `endpoint` (`host:port`). */
export const cloudBuildClient = (projectId: string, endpoint: string | undefined): CloudBuildClient =>
  new CloudBuildClient({ projectId, ...atEndpoint(endpoint) });
