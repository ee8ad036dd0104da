import { type ClonePolicy, checkCloneUrl } from '#core/clone-url.ts';
import { UserError } from '#core/errors.ts';
import { connectionId, repositoryId } from '#core/ids.ts';
import { imageName } from '#core/image-names.ts';
import { NO_WEBHOOK, type Repository } from '#core/repository.ts';
import type { Secret } from '#core/secret.ts';
import type { Team } from '#core/team.ts';
import { firstWebhookSecrets } from '#core/webhook-secrets.ts';
import { keepToken } from './host-token.ts';
import { lookAt } from './look-at.ts';
import { setUpWebhook, type WebhookDeps } from './set-up-webhook.ts';
import { type SyncSchedulesDeps, syncSchedules } from './sync-schedules.ts';

export interface ConnectDeps extends WebhookDeps, SyncSchedulesDeps {
  readonly store: WebhookDeps['store'] & SyncSchedulesDeps['store'];
  readonly clonePolicy: ClonePolicy;
  /** Fresh randomness for an id. */
  readonly unique: () => string;
}

/** What a person or program gives of a repository, checked for its grammar; what is left out the host says. */
export interface ConnectRequest
  extends Pick<
    Repository,
    'platform' | 'full_name' | 'root_directory' | 'builder_type' | 'badge_public' | 'rules'
  > {
  readonly clone_url: string | undefined;
  readonly default_branch: string | undefined;
  /** The team's own token for the host; null: what the installation has is used, where the team operates it. */
  readonly token: Secret | null;
  /** `manual`: whoever connects it makes the webhook. */
  readonly webhook: 'auto' | 'manual';
}

/**
 * Connects a repository to a team, once the host has shown it to us, and makes its webhook there. The document comes
 * first, then the token, then the webhook: whoever dies in between leaves a repository that says what is missing, and
 * that `repairConnection` completes or `cleanUp` takes away as a whole.
 * Throws UserError('conflict') where it is connected, to whichever team; 'refused' where the host does not show it.
 */
export async function connectRepository(
  deps: ConnectDeps,
  team: Team,
  request: ConnectRequest,
): Promise<Repository> {
  const { clone_url, default_branch, token, webhook, ...given } = request;
  const { platform, full_name } = given;
  const id = repositoryId(platform, full_name);
  if ((await deps.store.repositories.get(id)) !== null) throw connectedAlready(full_name);
  const address = clone_url ?? deps.hosts[platform].cloneUrl(full_name);
  // What the installation has reaches the repositories of all teams: only who operates it may show it.
  const credential = token !== null ? 'own' : team.operates ? 'installation' : 'none';
  const found = await lookAt(deps.hosts[platform], {
    full_name,
    clone_url: checkedCloneUrl(address, deps.clonePolicy),
    token,
    installation: credential === 'installation',
  });
  const at = deps.now();
  const repository: Repository = {
    version: 1,
    id,
    connection_id: connectionId(deps.unique()),
    team: team.id,
    ...given,
    full_name: found.full_name,
    host_id: found.host_id,
    credential,
    webhook: NO_WEBHOOK,
    clone_url: checkedCloneUrl(clone_url ?? found.clone_url, deps.clonePolicy),
    default_branch: default_branch ?? found.default_branch ?? 'main',
    image_name: `${team.registry_prefix}/${imageName(found.full_name)}`,
    variables: { build: {}, run: {} },
    secrets: {},
    webhook_secrets: firstWebhookSecrets(at),
    created_at: at,
  };
  if ((await deps.store.repositories.create(repository)) !== 'created') throw connectedAlready(full_name);
  await syncSchedules(deps, repository, null);
  const known = token === null ? repository : await keepToken(deps, repository, token);
  return webhook === 'auto' ? setUpWebhook(deps, known) : known;
}

function connectedAlready(fullName: string): UserError {
  return new UserError('conflict', `${fullName} is connected already`);
}

/** A clone address as it is kept. Throws UserError('refused') where the policy does not allow it. */
export function checkedCloneUrl(text: string, policy: ClonePolicy): string {
  const checked = checkCloneUrl(text, policy);
  if ('ok' in checked) return checked.ok.href;
  const problems = [{ path: 'clone_url', message: checked.error }];
  throw new UserError('refused', `clone_url ${checked.error}`, { problems });
}
