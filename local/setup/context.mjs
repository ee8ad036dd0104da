import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cacheDir } from './cache.mjs';
import { Progress } from './progress.mjs';

/**
 * What every step of the set-up is handed.
 *
 * @typedef {object} Context
 * @property {string} cache the cache folder
 * @property {string} root the checkout
 * @property {Record<string, any>} versions versions.json
 * @property {Progress} progress
 * @property {Serial} heavy compilers and image builds, one at a time: each takes every core there is
 * @property {Serial} apt apt has one lock for the whole machine
 */

/** @typedef {<T>(work: () => Promise<T>) => Promise<T>} Serial */

/**
 * @param {import('./progress.mjs').Log} [log]
 * @returns {Promise<Context>}
 */
export async function makeContext(log) {
  return {
    cache: cacheDir(),
    root: fileURLToPath(new URL('../..', import.meta.url)),
    versions: JSON.parse(await readFile(new URL('versions.json', import.meta.url), 'utf8')),
    progress: new Progress(log),
    heavy: serial(),
    apt: serial(),
  };
}

/** @returns {Serial} */
function serial() {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}
