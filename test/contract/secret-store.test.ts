import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { credentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import type { SecretStore } from '#core/ports.ts';
import { secretId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { startSecretManager } from '#local/secret-manager/server.ts';
import { memorySecrets } from '#test/support/memory/secrets.ts';

interface Subject {
  readonly store: SecretStore;
  close(): Promise<void>;
}

const ID = secretId(`c-${'0'.repeat(24)}`, `N${'A'.repeat(63)}`);

/** The contract of the `SecretStore` port. */
function describeSecretStore(name: string, make: () => Promise<Subject>): void {
  describe(`secret store: ${name}`, () => {
    let subject: Subject;
    beforeEach(async () => {
      subject = await make();
    });
    afterEach(() => subject.close());
    const get = async (id = ID) => (await subject.store.get(id))?.reveal() ?? null;

    it('gives the newest value, and null for what there is not', async () => {
      expect(await get()).toBeNull();
      await subject.store.put(ID, new Secret('first'));
      await subject.store.put(ID, new Secret('ünïcode ✓\n'));
      expect(await get()).toBe('ünïcode ✓\n');
    });

    it('removes a secret with all its values, and nothing else; once more is no error', async () => {
      await subject.store.put(ID, new Secret('first'));
      await subject.store.put(ID, new Secret('second'));
      await subject.store.put('bitflow-c-other-X', new Secret('theirs'));
      await subject.store.remove(ID);
      await subject.store.remove(ID);
      expect(await get()).toBeNull();
      expect(await get('bitflow-c-other-X')).toBe('theirs');
      await subject.store.put(ID, new Secret('third'));
      expect(await get()).toBe('third');
    });
  });
}

describeSecretStore('in memory', async () => ({ store: memorySecrets(), close: async () => {} }));

describeSecretStore('Secret Manager', async () => {
  const projectId = 'demo-project';
  const server = await startSecretManager({ projectIds: [projectId] });
  const [apiEndpoint = '', port] = server.address.split(':');
  const sslCreds = credentials.createInsecure();
  const client = new SecretManagerServiceClient({ apiEndpoint, port: Number(port), sslCreds, projectId });
  return {
    store: secretManagerStore(client, projectId),
    close: async () => {
      await client.close();
      await server.close();
    },
  };
});
