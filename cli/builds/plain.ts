import { isTerminal } from '#core/build.ts';
import { clean } from '../kit/text.ts';
import { duration } from '../kit/times.ts';
import { type ApiBuild, reasonText, refName, shortCommit, tookMs } from './status.ts';
import type { Place, View } from './view.ts';

/**
 * What changed of a build, for a pipe: a line each, the time first (ISO 8601), then what it is about, without
 * anything that only a terminal understands.
 * @param before what was known; null: nothing.
 */
export function changes(before: ApiBuild | null, after: ApiBuild): string[] {
  const lines: string[] = [];
  if (before === null)
    lines.push(`${after.created_at} build ${after.id} ${clean(after.repository)} ${nameOf(after)}`);
  for (const stage of after.stages) {
    const known = before?.stages.find(
      ({ name, started_at }) => name === stage.name && started_at === stage.started_at,
    );
    const name = clean(stage.name);
    if (known === undefined) lines.push(`${stage.started_at} ${name} started`);
    if (stage.duration_ms === null || (known && known.duration_ms !== null)) continue;
    const end = new Date(Date.parse(stage.started_at) + stage.duration_ms).toISOString();
    lines.push(`${end} ${name} ended ${duration(stage.duration_ms)}`);
  }
  if (before?.status !== after.status) lines.push(...statusChange(after));
  return lines;
}

function statusChange(build: ApiBuild): string[] {
  const { status, finished_at: finished } = build;
  const why = reasonText(build.reason);
  const because = why === null ? '' : ` (${why})`;
  if (isTerminal(status)) {
    const at = finished ?? build.created_at;
    return [`${at} ${status} ${duration(tookMs(build, Date.parse(at)))}${because}`];
  }
  // The other states are seen by their stages.
  return status === 'cancelling' || status === 'waiting_approval'
    ? [`${build.queued_at} ${status}${because}`]
    : [];
}

/** A place in the queue, where it is another than the one that was known. */
export function placeChange(before: Place | null, after: Place | null, at: string): string[] {
  if (after === null || after.position === null || after.position === before?.position) return [];
  const wait = after.expected_wait_s;
  return [`${at} queue number ${after.position}${wait === null ? '' : `, about ${duration(wait * 1000)}`}`];
}

/** What there is to say of a build that ended, for a pipe: `name value` lines. */
export function outcome({ build, lines }: View): string[] {
  const { image, error } = build;
  if (image !== null)
    return [`image ${image.reference}`, `tags ${image.tags.join(' ')}`, `size ${image.size_bytes}`];
  if (error === null) return [];
  return [
    ...lines.map(({ text }) => `log ${clean(text)}`),
    `error ${error.code} ${clean(error.message.replaceAll('\n', ' '))}`,
  ];
}

const nameOf = (build: ApiBuild): string => `${clean(refName(build))} ${shortCommit(build.commit_sha)}`;
