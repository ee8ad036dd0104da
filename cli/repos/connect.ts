import { BuilderType } from '#core/build.ts';
import { Platform } from '#core/repository.ts';
import { advise } from '../kit/advise.ts';
import { choice } from '../kit/choice.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import type { Answer } from '../kit/operations.ts';
import { pushCommand, type Remote, remoteHere, repositoryOf } from '../kit/repository.ts';
import { clean } from '../kit/text.ts';
import type { RepositoryOptions } from './options.ts';

/** The hosts that say by their name which they are, and what a repository's own webhooks are called there. */
const HOSTS: Readonly<Record<string, { readonly platform: string; readonly webhooks: string }>> = {
  'github.com': { platform: 'github', webhooks: 'Settings > Webhooks > Add webhook' },
  'gitlab.com': { platform: 'gitlab', webhooks: 'Settings > Webhooks' },
  'gitee.com': { platform: 'gitee', webhooks: '管理 > WebHooks' },
};

export interface ConnectOptions extends RepositoryOptions {
  readonly platform?: string | undefined;
}

/** `bitflow repos connect`. */
export async function connectRepository(
  cli: Cli,
  given: string | undefined,
  options: ConnectOptions,
): Promise<void> {
  const full_name = await repositoryOf(cli, given);
  const here = await remoteHere(cli.around.cwd);
  const remote = here?.fullName === full_name ? here : null;
  const platform = platformOf(full_name, options.platform, remote);
  const clone_url = options.cloneUrl ?? cloneUrlOf(remote, platform);
  const api = await cli.api();
  const body = {
    platform,
    full_name,
    clone_url,
    default_branch: options.defaultBranch,
    root_directory: options.folder,
    builder_type: choice(BuilderType, options.builder, '--builder'),
    badge_public: options.publicBadge,
  };
  const next = `If it is your team’s, see it: bitflow repos show ${full_name}`;
  const { value, raw } = await advise('conflict', next, () => api.call('repositories.connect', { body }));
  if (cli.screen.json) return cli.screen.value(raw);
  const push = remote === null ? 'git push' : await pushCommand(cli.around.cwd);
  for (const line of whatIsNext(value, push)) cli.screen.line(line);
}

function platformOf(fullName: string, given: string | undefined, remote: Remote | null): Platform {
  const platform = given ?? HOSTS[remote?.host ?? '']?.platform;
  if (platform !== undefined) return choice(Platform, platform, '--platform');
  throw new CliError(
    EXIT.usage,
    `it is not said which git host has ${fullName}`,
    `Add one of: ${Platform.options.map((one) => `--platform ${one}`).join(', ')}`,
  );
}

/** The address to clone from, where it is not the one that the host's own repositories have: the service knows that. */
function cloneUrlOf(remote: Remote | null, platform: Platform): string | undefined {
  if (remote === null || HOSTS[remote.host]?.platform === platform) return undefined;
  return remote.cloneUrl ?? `https://${remote.host}/${remote.fullName}.git`;
}

/** What a newcomer does now, in order. */
function whatIsNext(connected: Answer<'repositories.connect'>, push: string): string[] {
  const { full_name, platform, clone_url, image_name, webhook_secret, webhook_url: known } = connected;
  const { host, hostname } = new URL(clone_url);
  const isLocal = hostname === 'localhost' || hostname.startsWith('127.');
  const place = HOSTS[host]?.webhooks ?? 'in the settings of the repository';
  return [
    `${clean(full_name)} is connected. Its images will be ${clean(image_name)}.`,
    '',
    isLocal
      ? `1. The git server of \`bitflow dev\` tells of pushes by itself. Another one at ${clean(host)} needs a webhook:`
      : `1. Add a webhook at ${clean(host)} (${place}):`,
    `     address        ${clean(known ?? `https://WEBHOOKS/v1/webhooks/${platform}/events`)}`,
    '     content type   application/json',
    '     events         push',
    `     secret         ${clean(webhook_secret)}`,
    ...(known === null ? ['   WEBHOOKS is where your installation takes webhooks: its operator knows.'] : []),
    '   The secret is shown this once. A new one: bitflow repos rotate-webhook-secret',
    `2. Push a commit: ${push}`,
    '3. Watch it being built: bitflow builds watch',
  ];
}
