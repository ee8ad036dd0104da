import { resolve } from 'node:path';
import util from 'node:util';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { readGiven } from '../kit/given-file.ts';
import { nameAndValue } from '../kit/name-value.ts';
import { repositoryOf } from '../kit/repository.ts';
import { type KindOptions, kindsOf } from './kinds.ts';

export interface SetOptions extends KindOptions {
  readonly repo?: string | undefined;
  readonly fromFile?: string | undefined;
}

/** `bitflow variables set`. */
export async function setVariables(cli: Cli, pairs: readonly string[], options: SetOptions): Promise<void> {
  const kinds = kindsOf(options);
  if (kinds.length === 0)
    throw new CliError(
      EXIT.usage,
      'it is not said who sees them',
      'Add --build (the commands of the build), --run (what runs in the image), or both.',
    );
  const { fromFile } = options;
  const file =
    fromFile === undefined ? {} : util.parseEnv(await readGiven(resolve(cli.around.cwd, fromFile)));
  const values = { ...file, ...Object.fromEntries(pairs.map(pairOf)) };
  const names = Object.keys(values);
  if (names.length === 0)
    throw new CliError(EXIT.usage, 'there is no variable to set', 'Write NAME=VALUE, or --from-file FILE.');
  const id = await repositoryOf(cli, options.repo);
  const { raw } = await (await cli.api()).call('repositories.variables.change', {
    params: { id },
    body: Object.fromEntries(kinds.map((kind) => [kind, values])),
  });
  if (cli.screen.json) return cli.screen.value(raw);
  cli.screen.line(`${names.join(', ')}: set for ${kinds.join(' and ')}, in builds from now on.`);
}

function pairOf(text: string): readonly [string, string] {
  const pair = nameAndValue(text);
  if (pair !== null) return pair;
  throw new CliError(
    EXIT.usage,
    `${JSON.stringify(text)} is no NAME=VALUE`,
    'An empty value is NAME= alone.',
  );
}
