import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

/** @returns {string} the folder that holds everything the set-up made, and nothing else */
export function cacheDir() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bitflow');
}

/**
 * A folder of the cache that is either absent or complete: it is made beside its place and renamed when done,
 * so a crash leaves only something in `tmp/`, which the next set-up throws away. The caller holds the lock.
 *
 * @param {string} cache
 * @param {string} key path below the cache with the version in it, e.g. "tools/nixpacks-1.41.0"
 * @param {(folder: string) => Promise<void>} make
 * @returns {Promise<string>} the folder
 */
export async function cached(cache, key, make) {
  const place = join(cache, key);
  if (existsSync(place)) return place;
  // its own name: a compiler that outlives a killed set-up must not write into the next one's
  const temporary = join(cache, 'tmp', `${key.replaceAll('/', '-')}-${process.pid}`);
  await mkdir(temporary, { recursive: true });
  try {
    await make(temporary);
    await mkdir(dirname(place), { recursive: true });
    await rename(temporary, place);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return place;
}

/**
 * Throws away what a crashed set-up left, also under mounts that a killed buildkitd could not undo. The caller
 * holds the lock.
 *
 * @param {string} cache
 */
export async function clearTemporary(cache) {
  const folder = join(cache, 'tmp');
  if (!existsSync(folder)) return;
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  const points = mounts
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points.reverse()) await run('umount', ['--lazy', point]).catch(() => {});
  await rm(folder, { recursive: true, force: true });
}

/**
 * A small JSON answer that is slow to find out again.
 *
 * @template T
 * @param {string} cache
 * @param {string} name
 * @param {string} key the answer counts only for the same key
 * @param {number} maxAgeMs
 * @param {() => Promise<T>} find
 * @returns {Promise<T>}
 */
export async function remembered(cache, name, key, maxAgeMs, find) {
  const path = join(cache, 'answers', `${name}.json`);
  try {
    const known = JSON.parse(await readFile(path, 'utf8'));
    const age = Date.now() - known.at;
    if (known.key === key && age >= 0 && age < maxAgeMs) return known.value;
  } catch {
    // not there yet, or cut short by a crash: find out again
  }
  const value = await find();
  await writeAtomically(path, JSON.stringify({ key, at: Date.now(), value }));
  return value;
}

/** @param {string} path @param {string} text */
export async function writeAtomically(path, text) {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
