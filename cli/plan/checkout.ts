import { copyFile, lstat, mkdir, mkdtemp, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { clean } from '../kit/text.ts';
import type { Git } from './git.ts';

/** More than this is no source, and would fill the disk that temporary files lie on. */
const MAX_BYTES = 2 * 2 ** 30;
/**
 * The service's git has no configuration: what it writes into a work tree is what the repository's `.gitattributes`
 * say, without a conversion of line ends of this machine's.
 */
const NEUTRAL = ['core.autocrlf=false', 'core.eol=lf', 'core.symlinks=true'].flatMap((setting) => [
  '-c',
  setting,
]);
/** Submodules within submodules, as the service has it. */
const MAX_DEPTH = 4;

/**
 * The tree that `git add --all` and a commit would make of a work tree: with what is changed and untracked, without
 * what is ignored. Made in an index and an object folder of its own: the repository stays as it is.
 * @param room a folder for those.
 */
export async function treeOfWork(git: Git, room: string): Promise<string> {
  const listed = await git.text(['ls-files', '-z', '--others', '--modified', '--exclude-standard']);
  await refuseTooMuch(git.folder, namesIn(listed));
  const [index = '', objects = ''] = (
    await git.text(['rev-parse', '--git-path', 'index', '--git-path', 'objects'])
  )
    .split('\n')
    .map((path) => resolve(git.folder, path));
  const own = join(await mkdtemp(join(room, 'work-')), 'index');
  // A repository without a commit may have none.
  await copyFile(index, own).catch(() => undefined);
  const env = {
    GIT_INDEX_FILE: own,
    GIT_OBJECT_DIRECTORY: objectsIn(room),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(objects),
  };
  await git.text(['add', '--all', '--', ':/'], env);
  return (await git.text(['write-tree'], env)).trim();
}

async function refuseTooMuch(folder: string, names: readonly string[]): Promise<void> {
  const sizes = names.map(async (name) => (await lstat(join(folder, name)).catch(() => null))?.size ?? 0);
  refuseBytes(
    (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
    folder,
  );
}

function refuseBytes(bytes: number, folder: string): void {
  if (bytes <= MAX_BYTES) return;
  const what = `${folder} has ${Math.round(bytes / 2 ** 20)} MiB of files that git does not ignore`;
  throw new CliError(
    EXIT.failed,
    what,
    'Name in .gitignore what is no source, or plan a commit: --commit HEAD',
  );
}

/**
 * Writes the files of a tree into an empty folder, submodules too where they are here. @returns the submodules that
 * are not.
 * @param room where the objects of `treeOfWork` are, and for an index.
 */
export async function checkOut(
  git: Git,
  tree: string,
  to: string,
  room: string,
  depth = 0,
): Promise<string[]> {
  const env = {
    GIT_INDEX_FILE: join(await mkdtemp(join(room, 'out-')), 'index'),
    ...(depth === 0 && { GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(objectsIn(room)) }),
  };
  const entries = entriesOf(await git.text(['ls-tree', '-r', '-l', '-z', '--full-tree', tree], env));
  refuseBytes(
    entries.reduce((sum, { size }) => sum + size, 0),
    git.folder,
  );
  await git.text(['read-tree', tree], env);
  await git.text([...NEUTRAL, 'checkout-index', '--all', '--force', `--prefix=${to}/`], env);
  const links = entries.filter(({ mode }) => mode === '160000');
  const missing: string[] = [];
  for (const { path, id } of await declared(git, tree, links, env)) {
    const inner = await submoduleAt(git, path, id);
    if (inner === null || depth >= MAX_DEPTH) missing.push(clean(path));
    else {
      await mkdir(join(to, path), { recursive: true });
      const theirs = await checkOut(inner, id, join(to, path), room, depth + 1);
      missing.push(...theirs.map((name) => `${clean(path)}/${name}`));
    }
  }
  return missing;
}

interface Entry {
  readonly mode: string;
  readonly id: string;
  readonly size: number;
  readonly path: string;
}

/** `git ls-tree -l -z`: mode, type, id, size (`-` of a submodule), a tab, the path. */
function entriesOf(listed: string): Entry[] {
  return namesIn(listed).flatMap((line) => {
    const [, mode = '', id = '', size = '', path = ''] =
      /^(\d+) \w+ ([0-9a-f]+) +(-|\d+)\t(.*)$/s.exec(line) ?? [];
    return path === '' ? [] : [{ mode, id, size: Number(size) || 0, path }];
  });
}

/** A commit within a tree is a submodule where `.gitmodules` says so; else its folder is empty in every clone. */
async function declared(
  git: Git,
  tree: string,
  links: readonly Entry[],
  env: Readonly<Record<string, string>>,
): Promise<readonly Entry[]> {
  if (links.length === 0) return [];
  const args = [
    'config',
    '--blob',
    `${tree}:.gitmodules`,
    '--null',
    '--get-regexp',
    String.raw`^submodule\..*\.path$`,
  ];
  const { stdout } = await git.try(args, env);
  const paths = namesIn(stdout).map((entry) => entry.slice(entry.indexOf('\n') + 1));
  return links.filter(({ path }) => paths.includes(path));
}

/** The submodule's own repository, where it has the commit. */
async function submoduleAt(git: Git, path: string, commit: string): Promise<Git | null> {
  const folder = join(git.folder, path);
  const real = await realpath(folder).catch(() => null);
  if (real === null) return null;
  const inner = git.in(real);
  const top = await inner.line(['rev-parse', '--show-toplevel']);
  if (top === null || (await realpath(top)) !== real) return null;
  return (await inner.line(['cat-file', '-t', commit])) === 'commit' ? inner : null;
}

/** Where a room has the objects that the repository does not. */
export const objectsIn = (room: string): string => join(room, 'objects');

function namesIn(text: string): string[] {
  return text.split('\0').filter((name) => name !== '');
}
