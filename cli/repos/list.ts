import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import type { Answer } from '../kit/operations.ts';
import { pages } from '../kit/pages.ts';
import { when } from '../kit/when.ts';

/** `bitflow repos list`. */
export async function listRepositories(cli: Cli, { limit }: { readonly limit: number }): Promise<void> {
  const api = await cli.api();
  const { screen } = cli;
  const found = await pages(limit, 'repositories', (page) => api.call('repositories.list', { query: page }));
  listing<Answer<'repositories.get'>>(
    screen,
    found,
    [
      { title: 'repository', flexible: true, of: ({ full_name }) => full_name },
      { title: 'host', of: ({ platform }) => platform },
      { title: 'branch', flexible: true, of: ({ default_branch }) => default_branch },
      { title: 'builder', of: ({ builder_type }) => builder_type },
      { title: 'connected', of: ({ created_at }) => when(screen, created_at) },
    ],
    'No repository is connected yet: bitflow repos connect',
  );
}
