import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while this process alone holds the lock. The lock is a folder (mkdir is atomic) with its owner's
 * pid and start time in it; one whose owner is gone is taken over.
 *
 * @template T
 * @param {string} path
 * @param {(owner: string) => void} onWait called once if another process has it
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, onWait, work) {
  await mkdir(dirname(path), { recursive: true });
  for (let waited = false; !(await acquire(path)); ) {
    const owner = await ownerOf(path);
    if (owner !== undefined && !isAlive(owner)) {
      await breakStale(path, owner);
      continue;
    }
    if (!waited && owner) onWait(owner.split(' ')[0] ?? '');
    waited ||= Boolean(owner);
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** @param {string} path @returns {Promise<boolean>} */
async function acquire(path) {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await writeFile(join(path, 'owner'), `${process.pid} ${startOf(process.pid)}`);
  return true;
}

/**
 * @param {string} path
 * @returns {Promise<string | undefined>} undefined while the owner is still being written, '' if it never was
 *   (it crashed between the two calls)
 */
async function ownerOf(path) {
  const owner = await readFile(join(path, 'owner'), 'utf8').catch(() => '');
  if (owner) return owner;
  const made = await stat(path).catch(() => undefined);
  return made && Date.now() - made.mtimeMs > 5_000 ? '' : undefined;
}

/**
 * Two waiting processes may both see a dead owner: the second folder lets one of them clear it, after a second look.
 *
 * @param {string} path
 * @param {string} owner
 */
async function breakStale(path, owner) {
  const breaker = `${path}.break`;
  try {
    await mkdir(breaker);
  } catch {
    const made = await stat(breaker).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > 10_000) await rmdir(breaker).catch(() => {});
    await sleep(100);
    return;
  }
  try {
    if ((await ownerOf(path)) === owner) await rm(path, { recursive: true, force: true });
  } finally {
    await rmdir(breaker).catch(() => {});
  }
}

/** @param {string} owner "pid start" */
function isAlive(owner) {
  const [pid, start] = owner.split(' ');
  if (!pid) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  return start === startOf(Number(pid));
}

/** @param {unknown} error @returns {unknown} */
const codeOf = (error) => (error instanceof Error && 'code' in error ? error.code : undefined);

/**
 * The kernel's start time of a process, so that a reused pid is not taken for the owner; '' where there is no /proc.
 *
 * @param {number} pid
 */
function startOf(pid) {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '';
  }
}
