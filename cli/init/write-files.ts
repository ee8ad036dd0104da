import { link, lstat, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';

type Files = Readonly<Record<string, string>>;

/**
 * Writes files below a folder: all of them, or none. They are made beside their places and then put there, and what
 * was put is taken back where one fails.
 * @param force whether files that are there give way. Throws CliError (2), with their names, where they may not.
 */
export async function writeFiles(folder: string, files: Files, force: boolean): Promise<void> {
  await refuseExisting(folder, Object.keys(files), force);
  const undo: (() => Promise<unknown>)[] = [];
  const make = async (path: string) => {
    const first = await mkdir(path, { recursive: true });
    if (first !== undefined) undo.push(() => rm(first, { recursive: true, force: true }));
  };
  await make(folder);
  const stage = await mkdtemp(join(folder, '.bitflow-init-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(stage, 'new', path)), { recursive: true });
      await writeFile(join(stage, 'new', path), text);
    }
    for (const path of Object.keys(files)) {
      const place = join(folder, path);
      await make(dirname(place));
      if (force && (await kindOf(place)) !== null) {
        const old = join(stage, 'old', path);
        await mkdir(dirname(old), { recursive: true });
        await rename(place, old);
        undo.push(() => rename(old, place));
      }
      // Unlike a rename, a link never replaces what somebody else put there in the meantime.
      await link(join(stage, 'new', path), place);
      undo.push(() => rm(place));
    }
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw cannotWrite(error, folder);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function refuseExisting(folder: string, paths: readonly string[], force: boolean): Promise<void> {
  const found = await Promise.all(
    paths.map(async (path) => ({ path, kind: await kindOf(join(folder, path)) })),
  );
  const folders = found.filter(({ kind }) => kind === 'folder').map(({ path }) => path);
  if (folders.length > 0)
    throw exists(`there are folders of these names: ${folders.join(', ')}`, 'Move them away');
  const files = found.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  if (files.length > 0 && !force)
    throw exists(`these files are already here: ${files.join(', ')}`, 'Overwrite them with --force');
}

const exists = (what: string, next: string) =>
  new CliError(EXIT.usage, what, `${next}, or name another folder. Nothing was written.`, { code: 'exists' });

/** What is at a path; a symbolic link is a file. Null: nothing. */
async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  try {
    return (await lstat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw cannotWrite(error, path);
  }
}

function cannotWrite(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  return new CliError(EXIT.failed, `cannot write to ${path}: ${error.message}`, 'Nothing was written.', {
    cause: error,
  });
}
