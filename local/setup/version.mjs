import { run, which } from './run.mjs';

/**
 * @typedef {object} Range
 * @property {string} [atLeast] the lowest version that fits
 * @property {string} [below] the first one that does not any more
 */

/**
 * @param {string} version dotted numbers
 * @param {Range} range
 */
export function fits(version, { atLeast, below }) {
  return (!atLeast || compare(version, atLeast) >= 0) && (!below || compare(version, below) < 0);
}

/** @param {Range} range @returns {string} for messages */
export function describeRange({ atLeast, below }) {
  return [atLeast && `>= ${atLeast}`, below && `< ${below}`].filter(Boolean).join(', ');
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The first executable on the PATH whose version fits.
 *
 * @param {string} name
 * @param {Range} range
 * @param {string[]} [args] what makes it print its version
 * @returns {Promise<{path: string, version: string} | undefined>}
 */
export async function onPath(name, range, args = ['--version']) {
  for (const path of which(name)) {
    const version = await versionOf(path, args);
    if (version && fits(version, range)) return { path, version };
  }
}

/**
 * @param {string} path
 * @param {string[]} [args]
 * @returns {Promise<string | undefined>} the first dotted number it prints, undefined if it does not run
 */
export async function versionOf(path, args = ['--version']) {
  try {
    const { output } = await run(path, args, { timeoutMs: 10_000 });
    return output.match(/(\d+(?:\.\d+)+)/)?.[1] ?? output.match(/(\d+)/)?.[1];
  } catch {
    return undefined;
  }
}
