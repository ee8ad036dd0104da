import { ArtifactRegistryClient } from '@google-cloud/artifact-registry';
import { atEndpoint } from '../endpoint.ts';

/** Artifact Registry: Google's, or a local server of its API at `endpoint` (`host:port`). */
export const artifactRegistryClient = (
  projectId: string,
  endpoint: string | undefined,
): ArtifactRegistryClient => new ArtifactRegistryClient({ projectId, ...atEndpoint(endpoint) });
