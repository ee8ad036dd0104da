import type { SecretStore } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { Faults } from './faults.ts';

/** Secrets in memory: the newest version of each. */
export interface MemorySecrets extends SecretStore {
  readonly faults: Faults<'put' | 'get' | 'remove'>;
  /** The ids of the secrets that there are. */
  readonly ids: () => string[];
}

export function memorySecrets(values: Readonly<Record<string, string>> = {}): MemorySecrets {
  const faults = new Faults<'put' | 'get' | 'remove'>();
  const secrets = new Map(Object.entries(values).map(([id, value]) => [id, new Secret(value)]));
  return {
    faults,
    ids: () => [...secrets.keys()].toSorted(),
    put: (id, value) =>
      faults.run('put', () => {
        secrets.set(id, value);
      }),
    get: (id) => faults.run('get', () => secrets.get(id) ?? null),
    remove: (id) =>
      faults.run('remove', () => {
        secrets.delete(id);
      }),
  };
}
