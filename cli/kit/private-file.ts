import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Reads a file of ours; null: there is none. Throws CliError (1) where the system does not let us. */
export async function readPrivate(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw unusable(path, 'read', error);
  });
}

/**
 * Writes a file that only its user can read (0600), as a whole or not at all, also where it was open before. Throws
 * CliError (1) where the system does not let us.
 */
export async function writePrivate(name: string, text: string): Promise<void> {
  await write(name, text).catch((error: unknown) => {
    throw unusable(name, 'written', error);
  });
}

async function write(name: string, text: string): Promise<void> {
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

/** What the system says of a file: a full disk, missing permission, a folder in its place. */
function unusable(path: string, done: 'read' | 'written', error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  const what = `${path} cannot be ${done}: ${error.message}`;
  const next = 'Put that right, or keep the files elsewhere: XDG_CONFIG_HOME';
  return new CliError(EXIT.failed, what, next, { code: 'unusable_file', cause: error });
}
