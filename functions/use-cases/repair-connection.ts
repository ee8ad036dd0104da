import { UserError } from '#core/errors.ts';
import type { Repository } from '#core/repository.ts';
import type { Secret } from '#core/secret.ts';
import { accessOf } from './host-access.ts';
import { keepToken } from './host-token.ts';
import { lookAt } from './look-at.ts';
import { setUpWebhook, stillConnected, type WebhookDeps } from './set-up-webhook.ts';
import { type SyncSchedulesDeps, syncSchedules } from './sync-schedules.ts';

export interface RepairDeps extends WebhookDeps, SyncSchedulesDeps {
  readonly store: WebhookDeps['store'] & SyncSchedulesDeps['store'];
}

/**
 * Brings a connected repository in order: the host is asked for it, with the given token or what is known, the token
 * is kept once it was good, its schedules are brought in step, and the webhook is made or repaired. It can be done at any time, and again.
 * Throws UserError('refused') where the host does not show the repository, 'conflict' where it shows another one.
 */
export async function repairConnection(
  deps: RepairDeps,
  repository: Repository,
  token: Secret | null,
): Promise<Repository> {
  const { platform, full_name, host_id, clone_url } = repository;
  const access =
    token === null
      ? await accessOf(deps.secrets, repository)
      : { full_name, clone_url, token, installation: false };
  const found = await lookAt(deps.hosts[platform], access);
  if (host_id !== null && host_id !== found.host_id) {
    const what = `${full_name} is another repository at its host now`;
    throw new UserError('conflict', `${what}: disconnect it here, and connect the new one`);
  }
  const known = token === null ? repository : await keepToken(deps, repository, token);
  const identified = await deps.store.repositories.change(known, (one) =>
    one.host_id === null ? { ...one, host_id: found.host_id } : one,
  );
  const connected = stillConnected(identified, repository);
  await syncSchedules(deps, connected, null);
  return setUpWebhook(deps, connected);
}
