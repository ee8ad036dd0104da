import { resolve } from 'node:path';
import { readBitflowToml } from '#core/bitflow-toml.ts';
import { BuildRules } from '#core/build-rules.ts';
import type { Cli } from '../../kit/cli.ts';
import { CliError } from '../../kit/errors.ts';
import { EXIT } from '../../kit/exit-codes.ts';
import { readGiven } from '../../kit/given-file.ts';
import { jsonOrNull } from '../../kit/json.ts';
import { repositoryOf } from '../../kit/repository.ts';
import { sayRules } from './show.ts';

export interface SetRulesOptions {
  readonly repo?: string | undefined;
  readonly none?: boolean | undefined;
}

/** `bitflow repos rules set`: all rules of a repository, from a file as `rules show` prints it; or none any more. */
export async function setRules(
  cli: Cli,
  path: string | undefined,
  { repo, none = false }: SetRulesOptions,
): Promise<void> {
  if ((path === undefined) !== none)
    throw new CliError(
      EXIT.usage,
      'it is not said which rules',
      'Name a file, or take all away with --none. What there is: bitflow repos rules show',
    );
  const id = await repositoryOf(cli, repo);
  const rules = path === undefined ? null : await rulesIn(resolve(cli.around.cwd, path), path);
  const { value } = await (await cli.api()).call('repositories.change', { params: { id }, body: { rules } });
  sayRules(cli, value.rules);
  cli.screen.note('Kept, for pushes from now on. What the repository’s bitflow.toml says comes over them.');
}

async function rulesIn(file: string, given: string): Promise<BuildRules> {
  const text = await readGiven(file);
  if (given.endsWith('.json')) {
    const parsed = BuildRules.safeParse(jsonOrNull(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw noRules(`${given}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`, parsed.error);
  }
  const read = readBitflowToml(text, 'top');
  if ('rules' in read) return read.rules;
  throw noRules(`${given}: ${read.mistakes}`, null);
}

function noRules(what: string, cause: unknown): CliError {
  return new CliError(EXIT.usage, what, 'It must be as this prints them: bitflow repos rules show', {
    cause,
  });
}
