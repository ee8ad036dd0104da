import { BuilderType } from '#core/build.ts';
import { repositoryId } from '#core/ids.ts';
import { Platform } from '#core/repository.ts';
import { waitingFor } from '../account/waiting.ts';
import { advise } from '../kit/advise.ts';
import type { Api } from '../kit/api.ts';
import { choice } from '../kit/choice.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import type { Answer } from '../kit/operations.ts';
import { secretFrom } from '../kit/prompt.ts';
import { pushCommand, type Remote, remoteHere, repositoryOf } from '../kit/repository.ts';
import { clean } from '../kit/text.ts';
import { awaitWebhook } from './await-webhook.ts';
import { HOSTS, platformNamed } from './hosts.ts';
import type { RepositoryOptions } from './options.ts';
import { whatIsNext } from './what-is-next.ts';

/** The service asks the host several things, each of which may take 10 s. */
const HOST_MS = 60_000;

export interface ConnectOptions extends RepositoryOptions {
  readonly platform?: string | undefined;
  /** True: it is asked for; `-`: it is on standard input. */
  readonly token?: string | true | undefined;
  /** False with `--no-webhook`. */
  readonly webhook: boolean;
}

/** `bitflow repos connect`: connects a repository, or repairs the connection of one that is. */
export async function connectRepository(
  cli: Cli,
  given: string | undefined,
  options: ConnectOptions,
): Promise<void> {
  const full_name = await repositoryOf(cli, given);
  const here = await remoteHere(cli.around.cwd);
  const remote = here?.fullName === full_name ? here : null;
  const platform = platformOf(full_name, options.platform, remote);
  const builder_type = choice(BuilderType, options.builder, '--builder');
  const token = await tokenFor(cli, platform, options.token);
  const api = await cli.api();
  const waiting = waitingFor(cli, `Asking ${HOSTS[platform].name} for ${full_name}`);
  const ask = async () => {
    const body = {
      platform,
      full_name,
      clone_url: options.cloneUrl ?? cloneUrlOf(remote, platform),
      default_branch: options.defaultBranch,
      root_directory: options.folder,
      builder_type,
      badge_public: options.publicBadge,
      token,
      webhook: options.webhook ? ('auto' as const) : ('manual' as const),
    };
    const connected = await connectOrRepair(api, body);
    if (connected.value.webhook.state === 'waiting')
      waiting.say(`Waiting for ${HOSTS[platform].name} to try the webhook`);
    const webhook = await awaitWebhook(api, connected.value, cli.signal);
    return { ...connected, webhook };
  };
  const { value, raw, secret, webhook } = await ask().finally(() => waiting.end());
  if (cli.screen.json) return cli.screen.value({ ...raw, webhook });
  cli.screen.line(
    secret === null
      ? `${clean(full_name)} was connected already: its connection is repaired, its settings are as they were.`
      : `${clean(full_name)} is connected. Its images will be ${clean(value.image_name)}.`,
  );
  const push = remote === null ? 'git push' : await pushCommand(cli.around.cwd);
  for (const line of whatIsNext({ ...value, webhook }, { secret, push })) cli.screen.line(line);
}

interface Connected {
  readonly value: Answer<'repositories.get'>;
  readonly raw: object;
  /** Null: it was connected before, and its secret shown then. */
  readonly secret: string | null;
}

/** Connects it; where it is the team's already, its connection is repaired. */
async function connectOrRepair(
  api: Api,
  body: { readonly full_name: string; readonly platform: Platform; readonly token: string | undefined },
): Promise<Connected> {
  const waitMs = HOST_MS;
  try {
    const { value, raw } = await api.call('repositories.connect', { body, waitMs });
    return { value, raw: raw as object, secret: value.webhook_secret };
  } catch (conflict) {
    if (!(conflict instanceof CliError) || conflict.code !== 'conflict') throw conflict;
    const params = { id: repositoryId(body.platform, body.full_name) };
    const sent = { params, body: { token: body.token }, waitMs };
    const { value, raw } = await api.call('repositories.webhook.set_up', sent).catch((error: unknown) => {
      // It is not there for this team: another one has it, which is what the conflict says.
      if (!(error instanceof CliError && error.code === 'not_found')) throw error;
      const next = 'Another team of this installation has it: ask its admins.';
      return advise('conflict', next, () => Promise.reject(conflict));
    });
    return { value, raw: raw as object, secret: null };
  }
}

async function tokenFor(
  cli: Cli,
  platform: Platform,
  given: ConnectOptions['token'],
): Promise<string | undefined> {
  if (given === undefined) return undefined;
  if (given !== true && given !== '-')
    throw new CliError(
      EXIT.usage,
      'a token is no argument: everybody on this machine could read it',
      'Write --token alone and type it, or --token - and give it on standard input.',
    );
  return (await secretFrom(cli, `token for ${HOSTS[platform].name}`)).reveal().trim();
}

function platformOf(fullName: string, given: string | undefined, remote: Remote | null): Platform {
  const platform = given ?? platformNamed(remote?.host ?? '');
  if (platform !== undefined) return choice(Platform, platform, '--platform');
  throw new CliError(
    EXIT.usage,
    `it is not said which git host has ${fullName}`,
    `Add one of: ${Platform.options.map((one) => `--platform ${one}`).join(', ')}`,
  );
}

/** The address to clone from, where it is not the one that the host's own repositories have: the service knows that. */
function cloneUrlOf(remote: Remote | null, platform: Platform): string | undefined {
  if (remote === null || remote.host === `${platform}.com`) return undefined;
  return remote.cloneUrl ?? `https://${remote.host}/${remote.fullName}.git`;
}
