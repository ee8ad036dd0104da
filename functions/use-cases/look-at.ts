import { UserError } from '#core/errors.ts';
import type { GitHost, HostAccess, HostRepository } from '#core/ports.ts';

/**
 * Looks a repository up that is to be connected, or is. Throws UserError('refused') where the host does not show it
 * to us, has archived it or calls it otherwise now, TransientError where the host is away.
 */
export async function lookAt(host: GitHost, access: HostAccess): Promise<HostRepository> {
  const found = await host.look(access);
  const { full_name } = access;
  // Hosts lead on from an old name; whoever takes that name next must not get what was meant for this one.
  if (found.full_name.toLowerCase() !== full_name.toLowerCase())
    throw new UserError('refused', `${full_name} is called ${found.full_name} now: connect it by that name`);
  if (found.archived)
    throw new UserError('refused', `${full_name} is archived at its host: nothing can be pushed to it`);
  return found;
}
