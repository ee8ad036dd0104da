import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Reads a file of ours; null: there is none. */
export async function readPrivate(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Writes a file that only its user can read (0600), as a whole or not at all, also where it was open before. */
export async function writePrivate(name: string, text: string): Promise<void> {
  await mkdir(dirname(name), { recursive: true, mode: 0o700 });
  // A link stays one: some keep their settings elsewhere, and link to them.
  const path = await realpath(name).catch(() => name);
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
    await chmod(fresh, 0o600); // whatever the umask left
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
