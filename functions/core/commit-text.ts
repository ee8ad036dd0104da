import type { Build } from './build.ts';
import { assertNever } from './errors.ts';
import type { LogLine } from './events.ts';
import { cut, fenced, plainLine } from './fence.ts';

/** GitHub and GitLab show as much of a description (docs.github.com/en/rest/commits/statuses). */
const MAX_TITLE = 140;
/** Of more images, one line says how many there are. */
const MAX_IMAGES = 50;
/** Of how many failed builds the log is shown. */
export const MAX_LOGS = 3;
const MAX_LINES = 50;
const MAX_LINE = 400;
/** UTF-16 units. With `MAX_LOGS` of it a text is far below what GitHub takes: 65,535. */
const MAX_LOG = 12_000;
const MAX_MESSAGE = 1_000;

/** How the builds of a commit stand, in a line. */
export function titleOf(builds: readonly Build[]): string {
  const [only] = builds;
  if (only !== undefined && builds.length === 1) return cut(oneLine(sayingOf(only)), MAX_TITLE);
  const counts = new Map<string, number>();
  for (const build of builds) counts.set(wordOf(build), (counts.get(wordOf(build)) ?? 0) + 1);
  const said = [...counts].map(([word, count]) => `${count} ${word}`);
  return cut(`${builds.length} images: ${said.join(', ')}`, MAX_TITLE);
}

/** Markdown: a line for each image, and what went wrong. Nothing in it is read as Markdown but what is ours. */
export function summaryOf(builds: readonly Build[]): string {
  const shown = builds.slice(0, MAX_IMAGES);
  const lines = shown.map((build) => `- \`${imageOf(build)}\`: ${wordOf(build)}${detailOf(build)}`);
  const more = builds.length - shown.length;
  if (more > 0) lines.push(`- and ${more} more`);
  const causes = shown.filter(({ error }) => error !== null).slice(0, MAX_LOGS);
  const waits = shown.filter(({ status }) => status === 'waiting_approval').map(approvalOf);
  const howTo = waits.length === 0 ? [] : [`To let a fork’s commit run:\n\n${fenced(waits)}`];
  return [lines.join('\n'), ...howTo, ...causes.map(causeOf)].join('\n\n');
}

/** How somebody of the team lets it run. */
function approvalOf({ id }: Build): string {
  return `bitflow builds approve ${id}`;
}

/** The end of a log, with the build that it is of. */
export interface LogEnd {
  readonly build: Build;
  readonly lines: readonly LogLine[];
}

/** Markdown: the last lines of the logs of what failed; null where there are none. */
export function textOf(logs: readonly LogEnd[]): string | null {
  const shown = logs.filter(({ lines }) => lines.length > 0).slice(0, MAX_LOGS);
  if (shown.length === 0) return null;
  return shown
    .map(({ build, lines }) => `The end of the log of \`${imageOf(build)}\`:\n\n${tail(lines)}`)
    .join('\n\n');
}

function tail(lines: readonly LogLine[]): string {
  const kept: string[] = [];
  let room = MAX_LOG;
  for (const { text } of lines.slice(-MAX_LINES).toReversed()) {
    const line = cut(plainLine(text), MAX_LINE);
    room -= line.length + 1;
    if (room < 0) break;
    kept.unshift(line);
  }
  return fenced(kept);
}

/** Only what an image's path, tag and a build's id may hold: nothing of it closes a code span. */
function imageOf({ image: { registry, name, tags } }: Build): string {
  return `${registry === null ? '' : `${registry}/`}${name}:${tags[0]}`;
}

/** What became of a build, in a word or two. */
function wordOf({ status, reason }: Build): string {
  switch (status) {
    case 'waiting_approval':
      return 'waiting for approval';
    case 'queued':
    case 'submitting':
    case 'submitted':
      return 'queued';
    case 'running':
    case 'promoting':
      return 'building';
    case 'cancelling':
      return 'being cancelled';
    case 'cancelled':
      return reason === 'superseded' ? 'superseded by a newer commit' : 'cancelled';
    case 'timed_out':
      return 'timed out';
    case 'expired':
      return 'expired';
    case 'succeeded':
    case 'failed':
      return status;
    default:
      return assertNever(status);
  }
}

/** The same as a sentence's start, with the cause. */
function sayingOf(build: Build): string {
  const word = wordOf(build);
  const said = word.charAt(0).toUpperCase() + word.slice(1);
  if (build.error !== null) return `${said}${stageOf(build)}: ${build.error.message}`;
  if (build.status === 'waiting_approval') return `${said}: ${approvalOf(build)}`;
  if (build.status === 'expired') return `${said}: it waited too long`;
  const seconds = secondsOf(build);
  return build.status === 'succeeded' && seconds !== null ? `${said} in ${seconds} s` : said;
}

function detailOf(build: Build): string {
  const seconds = secondsOf(build);
  const took = seconds === null ? '' : ` in ${seconds} s`;
  const digest =
    build.result === null || build.status !== 'succeeded' ? '' : `, \`${build.result.index_digest}\``;
  const stage = build.status === 'failed' ? stageOf(build) : '';
  return `${stage}${took}${digest} (\`${build.id}\`)`;
}

function secondsOf({ started_at, finished_at }: Build): number | null {
  return started_at === null || finished_at === null
    ? null
    : Math.max(0, Math.round((finished_at - started_at) / 1000));
}

/** Where a build that failed was: the stage that it did not finish, else its last one. */
function stageOf({ stages }: Build): string {
  const stage = stages.find(({ finished_at }) => finished_at === null) ?? stages.at(-1);
  return stage === undefined ? '' : ` in ${stage.name}`;
}

function causeOf(build: Build): string {
  const lines = cut(build.error?.message ?? '', MAX_MESSAGE).split('\n');
  return `\`${imageOf(build)}\` ${wordOf(build)}${stageOf(build)}:\n\n${fenced(lines)}`;
}

function oneLine(text: string): string {
  return plainLine(text.replace(/\s+/g, ' ')).trim();
}
