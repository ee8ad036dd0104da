import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import { repositoryOf } from '../kit/repository.ts';
import { KINDS } from './kinds.ts';

/** `bitflow variables list`. */
export async function listVariables(
  cli: Cli,
  { repo }: { readonly repo?: string | undefined },
): Promise<void> {
  const id = await repositoryOf(cli, repo);
  const { value, raw } = await (await cli.api()).call('repositories.variables.get', { params: { id } });
  const items = KINDS.flatMap((kind) =>
    Object.entries(value[kind])
      .map(([name, text]) => ({ kind, name, text }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  );
  listing(
    cli.screen,
    { items, raw },
    [
      { title: 'kind', of: ({ kind }) => kind },
      { title: 'name', of: ({ name }) => name },
      { title: 'value', flexible: true, of: ({ text }) => text },
    ],
    'There are no variables yet: bitflow variables set NAME=VALUE --run',
  );
}
