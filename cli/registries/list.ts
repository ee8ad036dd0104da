import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import { when } from '../kit/when.ts';

/** `bitflow registries list`. */
export async function listRegistries(cli: Cli): Promise<void> {
  const { value, raw } = await (await cli.api()).call('registries.list');
  const { screen } = cli;
  listing(
    screen,
    { items: value.registries, raw },
    [
      { title: 'id', of: ({ id }) => id },
      { title: 'kind', of: ({ kind }) => kind },
      { title: 'address', flexible: true, of: ({ url }) => url },
      { title: 'credential', of: ({ credential_set_at }) => when(screen, credential_set_at, 'none') },
    ],
    'Your team has no registry of its own: images go to the installation’s.',
  );
}
