import type { BuilderType, BuildStatus } from '#core/build.ts';
import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import { pages } from '../kit/pages.ts';
import { repositoryOf } from '../kit/repository.ts';
import { duration } from '../kit/times.ts';
import { when } from '../kit/when.ts';
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
  const { paint, isTerminal } = screen;
  const ids = found.items.map(({ id }) => id);
  const shown = new Map(shortIds(ids).map((short, at) => [ids[at], isTerminal ? short : ids[at]]));
  const colours = new Map(found.items.map(({ status: one }) => [one as string, statusPaint(paint, one)]));
  listing<ApiBuild>(
    screen,
    found,
    [
      { title: 'id', of: ({ id }) => shown.get(id) ?? id },
      {
        title: 'status',
        of: (build) => build.status,
        paint: (text) => colours.get(text.trim())?.(text) ?? text,
      },
      { title: 'repository', flexible: true, of: ({ repository }) => repository },
      ...(isTerminal && haveSeveralImages(found.items)
        ? [{ title: 'image', flexible: true, of: imageOf }]
        : []),
      { title: 'ref', flexible: true, of: refName },
      { title: 'commit', of: ({ commit_sha: sha }) => (isTerminal ? shortCommit(sha) : sha) },
      { title: 'created', of: ({ created_at }) => when(screen, created_at) },
      { title: 'took', of: (build) => (isTerminal ? duration(tookMs(build, now)) : secondsOf(build)) },
    ],
    Object.keys(filters).length > 0
      ? 'No builds are like that.'
      : 'There are no builds yet: bitflow help getting-started',
  );
}

/** Whether a repository of these has more than one image: else its name says it. */
function haveSeveralImages(builds: readonly ApiBuild[]): boolean {
  const images = new Set(builds.map((build) => `${build.repository} ${imageOf(build)}`));
  return images.size > new Set(builds.map(({ repository }) => repository)).size;
}

/** The last part of an image's path. */
const imageOf = ({ build_config: { image_name: name } }: ApiBuild): string =>
  name.slice(name.lastIndexOf('/') + 1);

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
