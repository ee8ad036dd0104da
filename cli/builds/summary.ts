import { isTerminal } from '#core/build.ts';
import { clean } from '../kit/text.ts';
import { bytes, duration } from '../kit/times.ts';
import { type ApiBuild, type Paint, reasonText, statusPaint, tookMs } from './status.ts';
import type { View } from './view.ts';

/** How a build ended, for people: what, why, what it made. */
export function summary({ build, lines }: View, paint: Paint): string[] {
  const { status, image, error } = build;
  const verdict = statusPaint(paint, status)(`${markOf(status)} ${status.replaceAll('_', ' ')}`);
  const why = reasonText(build.reason);
  const first = isTerminal(status) ? `${verdict}${whereAndWhen(build)}` : verdict;
  if (image !== null)
    return [
      first,
      ...(why === null ? [] : [`  ${why}`]),
      `  image  ${clean(image.reference)}`,
      `  tags   ${image.tags.length === 0 ? 'none: a later push has them' : clean(image.tags.join(', '))}`,
      `  size   ${bytes(image.size_bytes)}`,
    ];
  const log = lines.map(({ text }) => paint.dim(`  ${clean(text)}`));
  return [
    ...(log.length > 0 ? [...log, ''] : []),
    first,
    ...(why === null ? [] : [`  ${why}`]),
    ...(error === null ? [] : errorLines(error)),
  ];
}

function errorLines({ code, message }: NonNullable<ApiBuild['error']>): string[] {
  const [head = '', ...rest] = message.split('\n').map(clean);
  return [`  ${code}: ${head}`, ...rest.map((line) => `  ${line}`)];
}

function markOf(status: ApiBuild['status']): string {
  if (status === 'succeeded') return '✓';
  return isTerminal(status) ? '✗' : '…';
}

function whereAndWhen(build: ApiBuild): string {
  const took = duration(tookMs(build, 0));
  const last = build.stages.at(-1);
  return build.status === 'succeeded' || last === undefined
    ? ` in ${took}`
    : ` in ${clean(last.name)}, after ${took}`;
}

/** What to do now that a build is no longer waited for: a line, or none where there is nothing to do. */
export function nextStep({ id: given, status }: ApiBuild): string | null {
  const id = clean(given);
  switch (status) {
    case 'succeeded':
    case 'cancelled':
      return null;
    case 'waiting_approval':
      return `It waits for an approval: bitflow builds approve ${id}. To give it up: bitflow builds cancel ${id}`;
    case 'expired':
      return `Again: bitflow builds retry ${id}`;
    case 'failed':
    case 'timed_out':
      return `The whole log: bitflow builds logs ${id}; again: bitflow builds retry ${id}`;
    default:
      return isTerminal(status) ? null : `Watch it: bitflow builds watch ${id}`;
  }
}

/** What to say of a build that goes on although it is watched no longer. */
export const goesOn = ({ id }: Pick<ApiBuild, 'id'>): string =>
  `The build goes on. Cancel it: bitflow builds cancel ${clean(id)}; watch it: bitflow builds watch ${clean(id)}`;

/** What to say where a log could not be read to its end, however the build ended. */
export const logLost = (id: string, { message }: Error): string =>
  `The rest of the log could not be read: ${clean(message)}. Read it: bitflow builds logs ${id}`;
