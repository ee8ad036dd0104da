import type { Cli } from '../kit/cli.ts';
import { pages } from '../kit/pages.ts';

export interface ListOptions {
  readonly repo?: string | undefined;
  readonly limit: number;
}

/** `bitflow builds list`. */
export async function listBuilds(cli: Cli, { repo, limit }: ListOptions): Promise<void> {
  const { screen } = cli;
  const api = await cli.api();
  const found = await pages(limit, 'builds', (page) =>
    api.call('builds.list', { query: { repository_id: repo, ...page } }),
  );
  if (screen.json) return screen.value(found.raw);
  screen.rows(
    [
      { title: 'id' },
      { title: 'status' },
      { title: 'repository', flexible: true },
      { title: 'ref', flexible: true },
    ],
    found.items.map(({ id, status, repository, branch, commit_sha }) => [
      id,
      status,
      repository,
      branch ?? commit_sha.slice(0, 7),
    ]),
    'There are no builds.',
  );
}
