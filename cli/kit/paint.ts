import pc from 'picocolors';
import type { Output, Surroundings } from './streams.ts';

/** Columns of a terminal that does not say how many it has. */
export const COLUMNS = 80;

export type Paint = ReturnType<typeof pc.createColors>;

/** Colours, or functions that add none. */
export const paintFor = (hasColors: boolean): Paint => pc.createColors(hasColors);

/** Whether a stream is to have colours (no-color.org, force-color.org). @param wanted false: `--no-color`. */
export function hasColors(wanted: boolean, env: Surroundings['env'], stream: Pick<Output, 'isTTY'>): boolean {
  if (!wanted || env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}
