import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import { when } from '../kit/when.ts';
import { tokens } from './which.ts';

/** `bitflow tokens list`. */
export async function listTokens(cli: Cli, { limit }: { readonly limit: number }): Promise<void> {
  const { screen } = cli;
  listing(
    screen,
    await tokens(await cli.api(), limit),
    [
      { title: 'id', of: ({ id }) => id },
      { title: 'name', flexible: true, of: ({ name }) => name },
      { title: 'role', of: ({ role }) => role },
      { title: 'used', of: ({ last_used_at }) => when(screen, last_used_at) },
      {
        title: 'ends',
        of: ({ expires_at, revoked_at }) => (revoked_at === null ? when(screen, expires_at) : 'revoked'),
      },
    ],
    'There are no tokens yet: bitflow tokens create NAME',
  );
}
