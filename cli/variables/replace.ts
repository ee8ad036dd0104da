import { resolve } from 'node:path';
import type { z } from 'zod';
import { VariablesBody } from '#core/api/repositories.ts';
import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { readGiven } from '../kit/given-file.ts';
import { repositoryOf } from '../kit/repository.ts';
import { KINDS } from './kinds.ts';

export interface ReplaceOptions {
  readonly repo?: string | undefined;
  readonly yes?: boolean | undefined;
}

/** `bitflow variables replace`: all of both kinds, by what a file has, as `variables list --json` prints it. */
export async function replaceVariables(cli: Cli, path: string, { repo, yes }: ReplaceOptions): Promise<void> {
  const id = await repositoryOf(cli, repo);
  const body = variablesIn(await readGiven(resolve(cli.around.cwd, path)), path);
  const api = await cli.api();
  await confirm(cli, `Replace all variables of ${id} by those of ${path}?`, yes);
  const { value, raw } = await api.call('repositories.variables.replace', { params: { id }, body });
  if (cli.screen.json) return cli.screen.value(raw);
  const counts = KINDS.map((kind) => `${Object.keys(value[kind]).length} for ${kind}`);
  cli.screen.line(`Replaced, for builds from now on: ${counts.join(', ')}.`);
}

function variablesIn(text: string, path: string): z.output<typeof VariablesBody> {
  const problem = (why: string, cause: unknown) =>
    new CliError(
      EXIT.usage,
      `${path} has no variables: ${why}`,
      'It must be as this prints them: bitflow variables list --json',
      { cause },
    );
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw problem('it is not JSON', cause);
  }
  const parsed = VariablesBody.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw problem(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(), parsed.error);
}
