import { isTerminal } from '#core/build.ts';
import { SPINNER } from '../kit/live-region.ts';
import { shorten } from '../kit/shorten.ts';
import { clean, isolate, pad } from '../kit/text.ts';
import { duration } from '../kit/times.ts';
import { type ApiBuild, type Paint, titleOf } from './status.ts';
import type { Place, View } from './view.ts';

/** As long as the longest stage's name. */
const NAME_COLUMNS = 7;

/** How a frame is to look. */
export interface Look {
  readonly columns: number;
  /** Counts the frames: the spinner turns. */
  readonly tick: number;
  /** Ms since the epoch. */
  readonly now: number;
  readonly paint: Paint;
}

/** The live display of a build: a title, its stages, what it does now. Each line is at most as wide as the terminal. */
export function frame(view: View, look: Look): string[] {
  const { build, trouble } = view;
  const { paint, columns } = look;
  const head = `${paint.bold(titleOf(build))}  ${paint.dim(build.id)}`;
  const lines = [head, ...build.stages.flatMap((stage) => stageLines(view, stage, look))];
  if (build.status === 'cancelling') lines.push(`${spinner(look)} being cancelled`);
  if (trouble !== null) lines.push(paint.yellow(`reconnecting… (${clean(trouble)})`));
  return lines.map((line) => shorten(line, columns));
}

/** One line of what a build does now, for below its log. */
export function statusLine({ build, place, trouble }: View, look: Look): string {
  const stage = build.stages.findLast(({ duration_ms }) => duration_ms === null);
  const doing = build.status === 'cancelling' ? 'being cancelled' : (stage?.name ?? build.status);
  const time = duration(look.now - Date.parse(stage?.started_at ?? build.created_at));
  const words = trouble === null ? `${doing} ${time}${placeText(place)}` : 'reconnecting…';
  return shorten(`${spinner(look)} ${words}`, look.columns);
}

function stageLines(view: View, stage: ApiBuild['stages'][number], look: Look): string[] {
  const { build, place, lines } = view;
  const { paint, now, columns } = look;
  const name = pad(clean(stage.name), NAME_COLUMNS);
  if (stage.duration_ms !== null) {
    const ended = isTerminal(build.status) && build.status !== 'succeeded' && stage === build.stages.at(-1);
    const mark = ended ? paint.red('✗') : paint.green('✓');
    return [`${mark} ${name} ${paint.dim(duration(stage.duration_ms))}`];
  }
  const running = now - Date.parse(stage.started_at);
  const where = stage.name === 'queue' ? placeText(place) : '';
  const line = `${spinner(look)} ${name} ${duration(running)}${where}`;
  const last = lines.findLast(({ text }) => clean(text).trim() !== '');
  if (last === undefined || last.stage !== stage.name) return [line];
  const text = isolate(shorten(clean(last.text).replaceAll('\t', ' ').trim(), Math.max(1, columns - 2)));
  return [line, `  ${paint.dim(text)}`];
}

/** Where a build stands in the queue. */
export function placeText(place: Place | null): string {
  if (place === null || place.position === null) return '';
  const wait = place.expected_wait_s;
  return `, number ${place.position} in the queue${wait === null ? '' : `, starts in about ${duration(wait * 1000)}`}`;
}

function spinner({ tick, paint }: Look): string {
  return paint.cyan(SPINNER[tick % SPINNER.length] ?? '');
}
