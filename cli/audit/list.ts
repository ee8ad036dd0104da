import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import { pages } from '../kit/pages.ts';
import { when } from '../kit/when.ts';

/** `bitflow audit`. */
export async function listAudit(cli: Cli, { limit }: { readonly limit: number }): Promise<void> {
  const api = await cli.api();
  const { screen } = cli;
  listing(
    screen,
    await pages(limit, 'records', (page) => api.call('audit_log.list', { query: page })),
    [
      { title: 'when', of: ({ at }) => when(screen, at) },
      { title: 'who', flexible: true, of: ({ caller }) => caller.id },
      { title: 'what', of: ({ operation }) => operation },
      { title: 'of', flexible: true, of: ({ made, resource }) => made ?? resource },
      { title: 'answer', of: ({ status }) => (status === null ? 'not known' : String(status)) },
    ],
    'Nothing was changed yet.',
  );
}
