import type { Cli } from '../kit/cli.ts';
import { repositoryOf } from '../kit/repository.ts';

export interface BadgeOptions {
  readonly branch?: string | undefined;
  readonly markdown?: boolean | undefined;
}

/** `bitflow repos badge`. */
export async function showBadge(
  cli: Cli,
  given: string | undefined,
  { branch, markdown: wantsMarkdown = false }: BadgeOptions,
): Promise<void> {
  const { screen } = cli;
  const id = await repositoryOf(cli, given);
  const api = await cli.api();
  const repository = (await api.call('repositories.get', { params: { id } })).value;
  const query = branch === undefined ? '' : `?${new URLSearchParams({ branch })}`;
  const path = `/v1/repositories/${encodeURIComponent(repository.full_name)}/badge.svg${query}`;
  const svg = await api.request(path, { method: 'GET', repeatable: true });
  const url = `${api.url}${path}`;
  const markdown = `![build](${url})`;
  if (screen.json) return screen.value({ repository: repository.full_name, url, markdown, svg });
  screen.line(wantsMarkdown ? markdown : svg);
  if (wantsMarkdown && !repository.badge_public)
    screen.note('It shows nothing to strangers until: bitflow repos change --public-badge');
}
