import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import { repositoryOf } from '../kit/repository.ts';
import { when } from '../kit/when.ts';

/** `bitflow secrets list`. */
export async function listSecrets(cli: Cli, { repo }: { readonly repo?: string | undefined }): Promise<void> {
  const id = await repositoryOf(cli, repo);
  const { value, raw } = await (await cli.api()).call('repositories.secrets.list', { params: { id } });
  const { screen } = cli;
  listing(
    screen,
    { items: value.secrets, raw },
    [
      { title: 'name', of: ({ name }) => name },
      { title: 'set', of: ({ updated_at }) => when(screen, updated_at, 'never: set it again') },
      { title: 'created', of: ({ created_at }) => when(screen, created_at) },
    ],
    'There are no secrets yet: bitflow secrets set NAME',
  );
}
