import { type ClonePolicy, checkCloneUrl } from '#core/clone-url.ts';
import { UserError } from '#core/errors.ts';
import { connectionId, repositoryId } from '#core/ids.ts';
import { imageName } from '#core/image-names.ts';
import type { Clock, GitHost, Store } from '#core/ports.ts';
import { NO_WEBHOOK, type Platform, type Repository } from '#core/repository.ts';
import type { Team } from '#core/team.ts';
import { firstWebhookSecrets } from '#core/webhook-secrets.ts';

export interface ConnectDeps {
  readonly store: Pick<Store, 'repositories'>;
  readonly now: Clock;
  readonly hosts: Readonly<Record<Platform, GitHost>>;
  readonly clonePolicy: ClonePolicy;
  /** Fresh randomness for an id. */
  readonly unique: () => string;
}

/** What a person or program gives of a repository, checked for its grammar; the address only where it is not the host's. */
export type ConnectRequest = Pick<
  Repository,
  'platform' | 'full_name' | 'default_branch' | 'root_directory' | 'builder_type' | 'badge_public'
> & { readonly clone_url?: string | undefined };

/** Connects a repository to a team. Throws UserError('conflict') where it is connected, to whichever team. */
export async function connectRepository(
  deps: ConnectDeps,
  team: Team,
  { clone_url, ...request }: ConnectRequest,
): Promise<Repository> {
  const { platform, full_name } = request;
  const at = deps.now();
  const repository: Repository = {
    version: 1,
    id: repositoryId(platform, full_name),
    connection_id: connectionId(deps.unique()),
    team: team.id,
    host_id: null,
    credential: 'installation',
    webhook: NO_WEBHOOK,
    rules: {},
    ...request,
    clone_url: checkedCloneUrl(clone_url ?? deps.hosts[platform].cloneUrl(full_name), deps.clonePolicy),
    image_name: `${team.registry_prefix}/${imageName(full_name)}`,
    variables: { build: {}, run: {} },
    secrets: {},
    webhook_secrets: firstWebhookSecrets(at),
    created_at: at,
  };
  if ((await deps.store.repositories.create(repository)) === 'created') return repository;
  throw new UserError('conflict', `${full_name} is connected already`);
}

/** A clone address as it is kept. Throws UserError('refused') where the policy does not allow it. */
export function checkedCloneUrl(text: string, policy: ClonePolicy): string {
  const checked = checkCloneUrl(text, policy);
  if ('ok' in checked) return checked.ok.href;
  const problems = [{ path: 'clone_url', message: checked.error }];
  throw new UserError('refused', `clone_url ${checked.error}`, { problems });
}
