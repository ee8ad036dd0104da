import type { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { TransientError } from '#core/errors.ts';
import type { SecretStore } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';

/** gRPC codes: https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const FAILED_PRECONDITION = 9;

/** Build secrets in Secret Manager: one secret a name, a version a value. */
export function secretManagerStore(client: SecretManagerServiceClient, projectId: string): SecretStore {
  const parent = `projects/${projectId}`;
  return {
    async put(id, value) {
      try {
        await client.createSecret({
          parent,
          secretId: id,
          secret: { replication: { automatic: {} }, labels: { app: 'bitflow' } },
        });
      } catch (error) {
        if (codeOf(error) !== ALREADY_EXISTS)
          throw new TransientError('Secret Manager did not take the secret', { cause: error });
      }
      try {
        const payload = { data: Buffer.from(value.reveal()) };
        await client.addSecretVersion({ parent: `${parent}/secrets/${id}`, payload });
      } catch (error) {
        throw new TransientError('Secret Manager did not take the secret', { cause: error });
      }
    },
    async get(id) {
      try {
        const [version] = await client.accessSecretVersion({
          name: `${parent}/secrets/${id}/versions/latest`,
        });
        const data = version.payload?.data;
        return data === null || data === undefined ? null : new Secret(Buffer.from(data).toString('utf8'));
      } catch (error) {
        const code = codeOf(error);
        if (code === NOT_FOUND || code === FAILED_PRECONDITION) return null;
        throw new TransientError('Secret Manager did not answer', { cause: error });
      }
    },
    async remove(id) {
      try {
        await client.deleteSecret({ name: `${parent}/secrets/${id}` });
      } catch (error) {
        if (codeOf(error) !== NOT_FOUND)
          throw new TransientError('Secret Manager did not remove the secret', { cause: error });
      }
    },
  };
}

function codeOf(error: unknown): number | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null;
}
