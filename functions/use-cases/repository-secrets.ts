import { UserError } from '#core/errors.ts';
import type { Clock, SecretStore, Store } from '#core/ports.ts';
import { type Repository, secretId } from '#core/repository.ts';
import { withoutSecret, withSecretKept, withSecretNoted } from '#core/repository-settings.ts';
import type { Secret } from '#core/secret.ts';

export interface SecretsDeps {
  readonly store: Pick<Store, 'repositories'>;
  readonly secrets: SecretStore;
  readonly now: Clock;
}

/**
 * Sets a build secret. Its name is noted before the value is kept: a death in between leaves a name without a value,
 * which is seen, and never a value without a name, which nobody would remove.
 * Throws UserError('not_found') where the repository was disconnected meanwhile, and takes the value back.
 */
export async function setSecret(
  { store, secrets, now }: SecretsDeps,
  repository: Repository,
  name: string,
  value: Secret,
): Promise<void> {
  const id = secretId(repository.connection_id, name);
  const noted = await store.repositories.change(repository, (known) => withSecretNoted(known, name, now()));
  if (noted === null) throw disconnected(repository);
  await secrets.put(id, value);
  const kept = await store.repositories.change(repository, (known) => withSecretKept(known, name, now()));
  if (kept !== null) return;
  await secrets.remove(id);
  throw disconnected(repository);
}

/** Removes a build secret, its value first. One that was set again meanwhile stays. Throws UserError('not_found'). */
export async function removeSecret(
  { store, secrets }: SecretsDeps,
  repository: Repository,
  name: string,
): Promise<void> {
  const removed = repository.secrets[name];
  if (removed === undefined)
    throw new UserError('not_found', `${repository.full_name} has no secret ${JSON.stringify(name)}`);
  await secrets.remove(secretId(repository.connection_id, name));
  const left = await store.repositories.change(repository, (known) => withoutSecret(known, name, removed));
  if (left === null) throw disconnected(repository);
}

function disconnected(repository: Repository): UserError {
  return new UserError('not_found', `${repository.full_name} is no longer connected`);
}
