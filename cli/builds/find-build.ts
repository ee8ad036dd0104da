import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../kit/api.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { unambiguous } from '../kit/ids.ts';
import { headHere, repositoryOf } from '../kit/repository.ts';
import { clean } from '../kit/text.ts';
import { shortCommit } from './status.ts';

/** How long a build of the commit that is checked out may take to come after a push, and how often it is looked for (ms). */
const COMES_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 1_000;
/** Of how many of the newest builds it may be one. */
const NEWEST = 50;

/** As many as tell that a shortened id is not enough. */
const SOME = 6;

/**
 * The build that is meant: by its id, which may be shortened and without its `b-`; without one the newest build of a
 * repository, that of the git remote unless another is named. Throws CliError. A full id costs no request.
 */
export async function findBuild(
  cli: Cli,
  api: Api,
  given: string | undefined,
  repo: string | undefined,
): Promise<string> {
  if (given === undefined) return newestOf(cli, api, await repositoryOf(cli, repo));
  if (repo !== undefined)
    throw new CliError(EXIT.usage, 'an id says which build: --repo has no say', 'Leave one of them out.');
  const prefix = prefixOf(given);
  if (prefix === null)
    throw new CliError(
      EXIT.usage,
      `${JSON.stringify(clean(given))} is no id of a build`,
      'See them: bitflow builds list',
    );
  if (prefix.length === FULL_CHARS) return prefix;
  const { value } = await api.call('builds.list', { query: { id_prefix: prefix, limit: SOME } });
  const ids = value.builds.map(({ id }) => id);
  return unambiguous(prefix, ids, 'build', 'bitflow builds list');
}

/** `b-` and 24 hex digits. */
const FULL_CHARS = 26;

/** The start of an id that somebody typed, as ids begin; null: no id begins so. */
export function prefixOf(given: string): string | null {
  const digits = /^(?:b-)?([0-9a-f]{1,24})$/.exec(given.trim().toLowerCase())?.[1];
  return digits === undefined ? null : `b-${digits}`;
}

async function newestOf({ screen }: Cli, api: Api, repository: string): Promise<string> {
  const { value } = await api.call('builds.list', { query: { repository_id: repository, limit: 1 } });
  const [newest] = value.builds;
  if (newest === undefined)
    throw new CliError(
      EXIT.notFound,
      `${repository} has no builds yet`,
      `Make one: bitflow builds create ${repository}, or push.`,
    );
  screen.note(`${newest.id}, the newest build of ${clean(newest.repository)}`);
  return newest.id;
}

/**
 * The newest build of the commit that is checked out here. Right after a push there may be none yet: it is waited
 * for a while. Throws CliError (4) where none comes; without a commit it is the repository's newest build.
 */
export async function buildOfHead(cli: Cli, api: Api): Promise<string> {
  const repository = await repositoryOf(cli, undefined);
  const head = await headHere(cli.around.cwd);
  if (head === null) return newestOf(cli, api, repository);
  const until = Date.now() + COMES_WITHIN_MS;
  for (let looks = 0; ; looks += 1) {
    const { value } = await api.call('builds.list', { query: { repository_id: repository, limit: NEWEST } });
    const found = value.builds.find(({ commit_sha }) => commit_sha === head);
    if (found !== undefined) return found.id;
    if (Date.now() >= until)
      throw new CliError(
        EXIT.notFound,
        `${repository} has no build of ${shortCommit(head)}, the commit that is checked out here`,
        `Was it pushed? What there is: bitflow builds list --repo ${repository}`,
      );
    if (looks === 0)
      cli.screen.note(`No build of ${shortCommit(head)} yet: waiting for one, 60 s at most after a push.`);
    await sleep(LOOK_EVERY_MS, undefined, { signal: cli.signal });
  }
}
