import { titleOf } from '../builds/status.ts';
import type { Api } from '../kit/api.ts';
import type { Cli } from '../kit/cli.ts';
import type { Column } from '../kit/table.ts';
import { headline, lastHour, type Stats, waitingRows } from './lines.ts';

/** What the rows of `waitingRows` are. */
export const WAITING: readonly Column[] = [
  { title: 'place' },
  { title: 'build' },
  { title: 'starts' },
  { title: 'of', flexible: true },
];

/** `bitflow queue`. */
export async function showQueue(cli: Cli): Promise<void> {
  const api = await cli.api();
  const { screen } = cli;
  const { value, raw } = await api.call('builds.queue_stats');
  if (screen.json) return screen.value(raw);
  screen.line(headline(value));
  screen.rows(WAITING, waitingRows(value, await titlesOf(api, value)), 'Nothing of your team waits.');
  screen.line(lastHour(value));
}

/** What the builds that wait are of, by id: the first hundred, as many as the queue tells of. */
export async function titlesOf(api: Api, { builds }: Stats): Promise<ReadonlyMap<string, string>> {
  if (builds.length === 0) return new Map();
  const { value } = await api.call('builds.list', { query: { status: ['queued'], limit: 100 } });
  return new Map(value.builds.map((build) => [build.id, titleOf(build)]));
}
