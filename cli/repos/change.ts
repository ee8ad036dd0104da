import { BuilderType } from '#core/build.ts';
import { choice } from '../kit/choice.ts';
import type { Cli } from '../kit/cli.ts';
import { details } from '../kit/details.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { repositoryOf } from '../kit/repository.ts';
import type { RepositoryOptions } from './options.ts';
import { repositoryDetails } from './show.ts';

/** `bitflow repos change`. */
export async function changeRepository(
  cli: Cli,
  given: string | undefined,
  options: RepositoryOptions,
): Promise<void> {
  const body = {
    clone_url: options.cloneUrl,
    default_branch: options.defaultBranch,
    root_directory: options.folder,
    builder_type: choice(BuilderType, options.builder, '--builder'),
    badge_public: options.publicBadge,
  };
  if (Object.values(body).every((value) => value === undefined))
    throw new CliError(EXIT.usage, 'it is not said what to change', 'See: bitflow repos change --help');
  const id = await repositoryOf(cli, given);
  const { value, raw } = await (await cli.api()).call('repositories.change', { params: { id }, body });
  details(cli.screen, raw, repositoryDetails(cli.screen, value));
  cli.screen.note('Changed, for the builds that are created from now on.');
}
