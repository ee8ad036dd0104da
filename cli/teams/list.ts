import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import { pages } from '../kit/pages.ts';
import { when } from '../kit/when.ts';

/** `bitflow teams list`. */
export async function listTeams(cli: Cli, { limit }: { readonly limit: number }): Promise<void> {
  const api = await cli.api();
  const { screen } = cli;
  listing(
    screen,
    await pages(limit, 'teams', (page) => api.call('teams.list', { query: page })),
    [
      { title: 'id', of: ({ id }) => id },
      { title: 'name', flexible: true, of: ({ name }) => name },
      { title: 'images below', flexible: true, of: ({ registry_prefix }) => registry_prefix },
      { title: 'made', of: ({ created_at }) => when(screen, created_at) },
    ],
    'You are in no team yet: an admin of one adds you.',
  );
}
