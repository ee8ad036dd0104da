import { mkdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isFullName } from '#core/git-names.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { remoteHere } from '../kit/repository.ts';
import { clean } from '../kit/text.ts';
import { checkOut, objectsIn, treeOfWork } from './checkout.ts';
import { Git } from './git.ts';

/** What is planned, as files: those that a clone of a commit would have. */
export interface Source {
  /** The checkout, without `.git`. */
  readonly folder: string;
  /** Of the folder that was named, in the checkout; `.` for the checkout itself. */
  readonly within: string;
  /** `owner/name` of the git remote, else `local/` and the folder's name. */
  readonly repository: string;
  /** The commit that is planned, or that the work tree is based on; null: there is none. */
  readonly commit: string | null;
  readonly ref: string | null;
  /** Whether the files are others than the commit's. */
  readonly isChanged: boolean;
  /** What the plan may lack. */
  readonly remarks: readonly string[];
}

/**
 * The files that a build would have: of a git repository those that `git add --all` and a commit would take, or with
 * `rev` those of that commit; of another folder those that lie there. Throws CliError where there is no such folder or
 * commit.
 * @param room an empty folder for git's own files, and one for the checkout.
 */
export async function readSource(
  cli: Cli,
  path: string,
  rev: string | undefined,
  room: { readonly git: string; readonly source: string },
): Promise<Source> {
  const folder = await folderAt(resolve(cli.around.cwd, path));
  const git = new Git(cli, folder);
  const top = await topOf(git);
  if (top === null) return plainFolder(folder, rev);
  const own = git.in(top);
  const [remote, head, ref, prefix] = await Promise.all([
    remoteHere(top),
    own.line(['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev ?? 'HEAD'}^{commit}`]),
    refOf(own, rev ?? 'HEAD'),
    git.text(['rev-parse', '--show-prefix']),
  ]);
  if (head === null && rev !== undefined) {
    const what = `there is no commit ${JSON.stringify(clean(rev))} in ${top}`;
    throw new CliError(EXIT.notFound, what, 'Name one that git log shows, or fetch it first: git fetch');
  }
  const committed = head && (await own.line(['rev-parse', '--verify', `${head}^{tree}`]));
  await mkdir(objectsIn(room.git), { recursive: true });
  const tree = rev === undefined ? await treeOfWork(own, room.git) : (committed ?? '');
  const missing = await checkOut(own, tree, room.source, room.git);
  return {
    folder: room.source,
    within: prefix.replace(/\/?\n$/, '') || '.',
    repository: remote?.fullName ?? localName(top),
    commit: head,
    ref,
    isChanged: tree !== committed,
    remarks: missing.map(
      (submodule) =>
        `the submodule ${submodule} is not here (git submodule update --init): its folder is empty`,
    ),
  };
}

/** The full name of a ref; null: it is a commit's id, or something that is no ref's name. */
async function refOf(git: Git, rev: string): Promise<string | null> {
  const name = await git.line(['rev-parse', '--symbolic-full-name', rev]);
  return name?.startsWith('refs/') ? name : null;
}

async function folderAt(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return realpath(path);
  const what = found === null ? `there is no folder ${clean(path)}` : `${clean(path)} is no folder`;
  throw new CliError(EXIT.notFound, what, 'Name the folder of the app: bitflow plan PATH');
}

/** The work tree's own folder; null outside of a repository, or without git. Throws CliError with git's other words. */
async function topOf(git: Git): Promise<string | null> {
  const ended = await git.try(['rev-parse', '--show-toplevel']).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (ended === null || /not a git repository/i.test(ended.stderr)) return null;
  if (ended.code === 0) return ended.stdout.replace(/\n$/, '');
  const words = clean(ended.stderr.trim().split('\n')[0] ?? '');
  throw new CliError(EXIT.failed, `git says of ${git.folder}: ${words}`, 'Put it right, then plan again.');
}

function plainFolder(folder: string, rev: string | undefined): Source {
  if (rev === undefined)
    return {
      ...{ folder, within: '.', repository: localName(folder), commit: null, ref: null, isChanged: true },
      remarks: [],
    };
  const what = `${folder} is no git repository, and so has no commits`;
  throw new CliError(EXIT.usage, what, 'Leave --commit out: then the folder is planned as it is.');
}

/** A name for the caches of a repository that nobody hosts. */
function localName(folder: string): string {
  const name = `local/${basename(join('/', folder))
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')}`;
  return isFullName(name) ? name : 'local/app';
}
