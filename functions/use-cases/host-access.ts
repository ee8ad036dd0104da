import type { HostAccess, SecretStore } from '#core/ports.ts';
import { hostTokenId, type Repository } from '#core/repository.ts';

/**
 * What is shown at the host for a repository. A token of its own that is gone is none: the host then says what it
 * thinks of us.
 */
export async function accessOf(
  secrets: Pick<SecretStore, 'get'>,
  repository: Pick<Repository, 'full_name' | 'clone_url' | 'credential' | 'connection_id'>,
): Promise<HostAccess> {
  const { full_name, clone_url, credential, connection_id } = repository;
  const token = credential === 'own' ? await secrets.get(hostTokenId(connection_id)) : null;
  return { full_name, clone_url, token, installation: credential === 'installation' };
}
