import { UserError } from '#core/errors.ts';
import { registryId } from '#core/ids.ts';
import type { SecretStore, Store } from '#core/ports.ts';
import { ecrRegion, RegistryCredential, registrySecretId, type TeamRegistry } from '#core/registry.ts';
import { Secret } from '#core/secret.ts';
import { publicFetch } from '../public-fetch.ts';
import { parseJson } from './answers.ts';
import type { Ecr } from './ecr.ts';
import type { RegistryAccess } from './http.ts';

export interface TeamRegistriesDeps {
  readonly store: Pick<Store, 'registries'>;
  readonly secrets: SecretStore;
  /** `host:port` entries that may be private, and are spoken to over http. */
  readonly allow: readonly string[];
  /** A local server of ECR's API. */
  readonly ecrEndpoint: string | undefined;
}

/** How one of a team's own registries is reached, and what it needs besides. */
export interface TeamAccess {
  readonly access: RegistryAccess;
  readonly ecr: Ecr | null;
}

/**
 * Reaches the teams' own registries, with their credentials. What such a registry refuses is the team's to put
 * right, so it is a UserError that says how.
 */
export function teamRegistries({ store, secrets, allow, ecrEndpoint }: TeamRegistriesDeps) {
  const send = publicFetch(allow);
  return async (team: string, url: string): Promise<TeamAccess> => {
    const registry = await store.registries.get(registryId(team, url));
    if (registry === null) throw new UserError('refused', `the registry ${url} is not connected`);
    const denied = deniedBy(registry);
    const kept = await secrets.get(registrySecretId(registry.id));
    const given = RegistryCredential.safeParse(kept && parseJson(Buffer.from(kept.reveal()))).data;
    if (given === undefined) throw denied('it has no credential');
    const base = { insecure: allow, fetch: send, denied };
    if (registry.kind !== 'ecr') {
      const credential = { username: given.username, password: new Secret(given.password) };
      return { access: { ...base, credential: async () => credential }, ecr: null };
    }
    const region = ecrRegion(registry.url.split('/')[0] ?? '') ?? 'us-east-1';
    // AWS's library is loaded where a team has a registry there, and nowhere else
    const { ecr } = await import('./ecr.ts');
    const api = ecr(given, region, ecrEndpoint);
    const credential = () =>
      api.credential().catch((error: unknown) => Promise.reject(reason(error, denied)));
    return { access: { ...base, credential }, ecr: api };
  };
}

function deniedBy({ id, url }: TeamRegistry) {
  return (what: string) =>
    new UserError(
      'refused',
      `The registry ${url} refused: ${what}. Check the credential of ${id}, and what that may do.`,
    );
}

function reason(error: unknown, denied: (what: string) => Error): unknown {
  return error instanceof UserError ? denied(error.message) : error;
}
