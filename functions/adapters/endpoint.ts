import { credentials } from '@grpc/grpc-js';

/** What a Google client needs to reach a local server of its API at `endpoint` (`host:port`); nothing for Google's. */
export function atEndpoint(endpoint: string | undefined) {
  if (endpoint === undefined) return {};
  const [apiEndpoint = '', port = ''] = endpoint.split(':');
  return { apiEndpoint, port: Number(port), sslCreds: credentials.createInsecure() };
}
