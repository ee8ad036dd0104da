import type { BuilderType, BuildStatus } from '#core/build.ts';
import type { Cli } from '../kit/cli.ts';
import { pages } from '../kit/pages.ts';
import { repositoryOf } from '../kit/repository.ts';
import { ago, duration } from '../kit/times.ts';
import { sinceOf } from './since.ts';
import { type ApiBuild, refName, shortCommit, statusPaint, tookMs } from './status.ts';

export interface ListOptions {
  readonly repo?: string | undefined;
  readonly status?: readonly BuildStatus[] | undefined;
  readonly branch?: string | undefined;
  readonly builder?: BuilderType | undefined;
  readonly since?: string | undefined;
  readonly limit: number;
}

/** `bitflow builds list`. */
export async function listBuilds(cli: Cli, options: ListOptions): Promise<void> {
  const { screen } = cli;
  const { repo, status, branch, builder, since, limit } = options;
  const now = Date.now();
  const filters = {
    ...(repo !== undefined && { repository_id: await repositoryOf(cli, repo) }),
    ...(status !== undefined && { status: [...status] }),
    ...(branch !== undefined && { branch }),
    ...(builder !== undefined && { builder_type: builder }),
    ...(since !== undefined && { since: sinceOf(since, now) }),
  };
  const api = await cli.api();
  const found = await pages(limit, 'builds', (page) =>
    api.call('builds.list', { query: { ...filters, ...page } }),
  );
  if (screen.json) return screen.value(found.raw);
  const { paint, isTerminal } = screen;
  const colours = new Map(found.items.map(({ status: one }) => [one as string, statusPaint(paint, one)]));
  screen.rows(
    [
      { title: 'id' },
      { title: 'status', paint: (text) => colours.get(text.trim())?.(text) ?? text },
      { title: 'repository', flexible: true },
      { title: 'ref', flexible: true },
      { title: 'commit' },
      { title: isTerminal ? 'age' : 'created' },
      { title: 'took' },
    ],
    rows(found.items, isTerminal ? now : null),
    Object.keys(filters).length > 0 ? 'No builds are like that.' : 'There are no builds yet.',
  );
}

/** @param now for people: ids and commits shortened, times as they are told. Null: for a pipe, all of it. */
function rows(builds: readonly ApiBuild[], now: number | null): string[][] {
  const ids = now === null ? builds.map(({ id }) => id) : shortIds(builds.map(({ id }) => id));
  return builds.map((build, at) => [
    ids[at] ?? build.id,
    build.status,
    build.repository,
    refName(build),
    now === null ? build.commit_sha : shortCommit(build.commit_sha),
    now === null ? build.created_at : ago(build.created_at, now),
    now === null ? secondsOf(build) : duration(tookMs(build, now)),
  ]);
}

/** Seconds that an ended build took; empty for one that goes on. */
const secondsOf = (build: ApiBuild): string =>
  build.finished_at === null ? '' : (tookMs(build, 0) / 1000).toFixed(1);

/** What an id is shortened to: at least so many characters, `b-` among them. */
const SHORT_CHARS = 10;

/** Ids, shortened as far as each is still its own among them. */
export function shortIds(ids: readonly string[]): string[] {
  for (let chars = SHORT_CHARS; chars < Math.max(0, ...ids.map(({ length }) => length)); chars += 1) {
    const short = ids.map((id) => id.slice(0, chars));
    if (new Set(short).size === new Set(ids).size) return short;
  }
  return [...ids];
}
