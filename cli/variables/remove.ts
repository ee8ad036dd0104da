import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { repositoryOf } from '../kit/repository.ts';
import { KINDS, type KindOptions, kindsOf } from './kinds.ts';

export interface RemoveOptions extends KindOptions {
  readonly repo?: string | undefined;
  readonly yes?: boolean | undefined;
}

/** `bitflow variables remove`: of the kinds that are named, else of both. All of them, or none. */
export async function removeVariables(
  cli: Cli,
  names: readonly string[],
  options: RemoveOptions,
): Promise<void> {
  const id = await repositoryOf(cli, options.repo);
  const named = kindsOf(options);
  const kinds = named.length === 0 ? KINDS : named;
  const api = await cli.api();
  const there = (await api.call('repositories.variables.get', { params: { id } })).value;
  for (const name of names)
    if (!kinds.some((kind) => Object.hasOwn(there[kind], name)))
      throw new CliError(
        EXIT.notFound,
        `there is no variable ${JSON.stringify(name)} for ${kinds.join(' or ')}`,
        'See them: bitflow variables list',
      );
  await confirm(cli, `Remove ${names.join(', ')} of ${id} (${kinds.join(' and ')})?`, options.yes);
  const removed = Object.fromEntries(names.map((name) => [name, null]));
  const { raw } = await api.call('repositories.variables.change', {
    params: { id },
    body: Object.fromEntries(kinds.map((kind) => [kind, removed])),
  });
  if (cli.screen.json) return cli.screen.value(raw);
  cli.screen.line(`${names.join(', ')}: removed, for builds from now on.`);
}
