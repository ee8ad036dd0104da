import type { SecretStore, Store } from '#core/ports.ts';
import { hostTokenId, type Repository } from '#core/repository.ts';
import type { Secret } from '#core/secret.ts';
import { stillConnected } from './set-up-webhook.ts';

export interface HostTokenDeps {
  readonly store: Pick<Store, 'repositories'>;
  readonly secrets: SecretStore;
}

/**
 * Keeps a repository's own token for its host, in place of what it showed there before. The value comes first: a
 * death in between leaves one that is not shown yet, and that goes with the connection, whatever its document says.
 * Throws UserError('not_found') where the repository was disconnected meanwhile, and takes the token back.
 */
export async function keepToken(
  { store, secrets }: HostTokenDeps,
  repository: Repository,
  token: Secret,
): Promise<Repository> {
  const id = hostTokenId(repository.connection_id);
  await secrets.put(id, token);
  const kept = await store.repositories.change(repository, (known) => ({ ...known, credential: 'own' }));
  if (kept === null) await secrets.remove(id);
  return stillConnected(kept, repository);
}
