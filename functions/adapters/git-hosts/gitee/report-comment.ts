import { z } from 'zod';
import type { CommitReport } from '#core/commit-report.ts';
import type { HostAccess } from '#core/ports.ts';
import { type GiteeApi, orNull } from './api.ts';

/** What is passed on of a report (characters): Gitee's comments have 65,535 at most. */
const MAX_TEXT = 60_000;
const PAGE = 100;

const Comment = z.object({ id: z.int().positive(), body: z.string().nullish() });

/** Where a comment is: what its report id begins with, where new ones are made, and where each can be changed. */
interface Place {
  readonly prefix: string;
  readonly all: string;
  readonly each: string;
}

function placeOf({ pull_request: number, commit_sha: sha }: CommitReport): Place {
  return number === null
    ? { prefix: 'commit-comment:', all: `/commits/${sha}/comments`, each: '/comments' }
    : { prefix: 'pull-comment:', all: `/pulls/${number}/comments`, each: '/pulls/comments' };
}

/**
 * One comment, that changes: on the pull request where there is one, else on the commit.
 * @param known its report id; null: it was not made yet, as far as we know.
 */
export async function reportAsComment(
  api: GiteeApi,
  access: HostAccess,
  told: CommitReport,
  known: string | null,
): Promise<string> {
  const place = placeOf(told);
  const what = `report on ${told.commit_sha} to ${access.full_name}`;
  const body = bodyOf(told);
  const id = known?.startsWith(place.prefix)
    ? known.slice(place.prefix.length)
    : await unheard(api, access, told, place);
  if (id !== null) {
    const path = `${place.each}/${encodeURIComponent(id)}`;
    const asked = api.ask(access, { what, method: 'PATCH', path, body: { body }, answer: z.unknown() });
    // One that somebody deleted is made again.
    if (
      (await orNull(
        asked.then(() => true),
        404,
      )) !== null
    )
      return `${place.prefix}${id}`;
  }
  const path = place.all;
  const made = await api.ask(access, { what, method: 'POST', path, body: { body }, answer: Comment });
  return `${place.prefix}${made.id}`;
}

/** A comment of this report that was made although nobody heard the answer: a second one would stay beside it. */
async function unheard(
  api: GiteeApi,
  access: HostAccess,
  told: CommitReport,
  { all }: Place,
): Promise<string | null> {
  const comments = await api.ask(access, {
    what: `read the comments on ${told.commit_sha} at ${access.full_name}`,
    path: all,
    query: { per_page: PAGE, page: 1, direction: 'desc' },
    answer: z.array(Comment),
  });
  const own = comments.find(({ body }) => body?.startsWith(markOf(told)));
  return own ? String(own.id) : null;
}

/**
 * What our comment on a commit begins with: nobody sees it, and no other comment has it. Anybody may comment, so there is
 * our own name of the report in it, without its run: nobody knows it before the comment is there.
 */
function markOf({ context, commit_sha, external_id }: CommitReport): string {
  return `<!-- ${context} ${commit_sha} ${external_id.split('.')[0]} `;
}

function bodyOf(told: CommitReport): string {
  const { title, summary, text, details_url } = told;
  const parts = [
    `${markOf(told)}${told.state} -->`,
    // In it may be what a stranger's build said: as code it mentions nobody and links nowhere.
    `**\`${title.replaceAll('`', "'")}\`** (${told.commit_sha.slice(0, 7)})`,
    summary,
    ...(details_url === null ? [] : [`[${details_url}](${details_url})`]),
    // last: of what is too long, the log's end is cut
    ...(text === null ? [] : [text]),
  ];
  return parts.join('\n\n').slice(0, MAX_TEXT).toWellFormed();
}
