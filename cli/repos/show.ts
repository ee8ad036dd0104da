import type { Api } from '../kit/api.ts';
import type { Cli } from '../kit/cli.ts';
import { type Details, details } from '../kit/details.ts';
import type { Answer } from '../kit/operations.ts';
import { repositoryOf } from '../kit/repository.ts';
import type { Screen } from '../kit/screen.ts';
import { when } from '../kit/when.ts';

/** `bitflow repos show`. */
export async function showRepository(cli: Cli, given: string | undefined): Promise<void> {
  const id = await repositoryOf(cli, given);
  const api = await cli.api();
  const { value, raw } = await api.call('repositories.get', { params: { id } });
  const ignored = cli.screen.json ? [] : await ignoredLately(cli.screen, api, value.id);
  details(cli.screen, raw, [...repositoryDetails(cli.screen, value), ...ignored]);
}

/** How many of the deliveries that made no build are told of. */
const IGNORED = 3;

/** Why nothing was built of what was pushed lately, the latest first. */
async function ignoredLately(screen: Screen, api: Api, id: string): Promise<Details> {
  const query = { repository_id: id, verdict: 'ignored', limit: IGNORED } as const;
  const { value } = await api.call('deliveries.list', { query });
  return value.deliveries.map(({ ref, event, received_at, reason }) => {
    const what = ref === null ? event : ref.replace(/^refs\/(?:heads|tags)\//, '');
    return ['not built', `${what}, ${when(screen, received_at)}: ${reason ?? 'no reason is given'}`];
  });
}

const CREDENTIALS: Readonly<Record<Answer<'repositories.get'>['credential'], string>> = {
  own: 'your own',
  installation: 'the installation’s',
  none: 'none',
};

/** What its rules say, in a line; null: none are kept. */
function rulesText(rules: Answer<'repositories.get'>['rules']): string | null {
  const said = Object.keys(rules).join(', ');
  return said === '' ? null : `${said.replaceAll('_', ' ')} (bitflow repos rules show)`;
}

/** How its webhook stands, in a line. */
function webhookText(screen: Screen, { webhook }: Answer<'repositories.get'>): string {
  const { state, why, heard_at } = webhook;
  const heard = heard_at === null ? '' : `, heard of ${when(screen, heard_at)}`;
  return `${STATES[state]}${heard}${why === null ? '' : ` (${why})`}`;
}

const STATES: Readonly<Record<Answer<'repositories.get'>['webhook']['state'], string>> = {
  waiting: 'made, nothing came through it yet',
  working: 'works',
  manual: 'to be made by you: bitflow repos connect',
  lost: 'lost',
};

/** A repository, as `show` and `change` tell it. */
export function repositoryDetails(screen: Screen, repository: Answer<'repositories.get'>): Details {
  const { secret_names: secrets, webhook_secrets: webhookSecrets } = repository;
  return [
    ['repository', repository.full_name],
    ['id', repository.id],
    ['host', repository.platform],
    ['cloned from', repository.clone_url],
    ['default branch', repository.default_branch],
    ['folder', repository.root_directory === '.' ? null : repository.root_directory],
    ['builder', repository.builder_type],
    ['images', repository.image_name],
    ['rules', rulesText(repository.rules)],
    ['secrets', secrets.length === 0 ? 'none' : secrets.join(', ')],
    ['badge', repository.badge_public ? 'public' : 'for your team'],
    ...webhookSecrets.map(({ generation, accepted_until: until }): Details[number] => [
      'webhook secret',
      `no. ${generation}, ${until === null ? 'accepted' : `accepted until ${when(screen, until)}`}`,
    ]),
    ['webhook', webhookText(screen, repository)],
    ['webhook address', repository.webhook_url],
    ['token for the host', CREDENTIALS[repository.credential]],
    ['connected', when(screen, repository.created_at)],
  ];
}
