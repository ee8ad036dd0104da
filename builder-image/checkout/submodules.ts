import { createHash } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClonePolicy, checkCloneUrl } from '#core/clone-url.ts';
import { COMMIT_SHA, isInnerPath } from '#core/git-names.ts';
import { type GitContext, type GitFolders, git, makeRemote, type Remote } from '../adapters/git.ts';
import { BuildFailure } from '../failure.ts';
import { isWithin } from '../view.ts';
import { fetchCommit } from './fetch.ts';
import { fetchLfs } from './lfs.ts';

const MAX_DEPTH = 4;
const MAX_SUBMODULES = 100;

interface Submodule {
  readonly name: string;
  readonly path: string;
  readonly url: string;
}

/**
 * Fetches the submodules at the commits that the tree records, and theirs. Each address is checked like the
 * repository's own; the credential goes to the same host only. A failure names the submodule. Their LFS files come too.
 */
export async function fetchSubmodules(
  context: GitContext,
  folders: GitFolders,
  parent: Remote,
  policy: ClonePolicy,
  say: (line: string) => void,
  depth = 0,
): Promise<void> {
  const submodules = await readSubmodules(context, folders);
  if (submodules.length > MAX_SUBMODULES)
    throw refused('.gitmodules', `names more than ${MAX_SUBMODULES} submodules`);
  for (const submodule of submodules) {
    const commit = await recordedCommit(context, folders, submodule);
    if (commit === null) continue;
    if (depth >= MAX_DEPTH) throw refused(submodule.name, `lies more than ${MAX_DEPTH} levels deep`);
    say(`Submodule ${submodule.path} at ${commit}`);
    const remote = await remoteOf(submodule, parent, policy);
    const inner = await foldersOf(folders, submodule);
    try {
      await fetchCommit(context, inner, remote, commit, null);
    } catch (error) {
      if (!(error instanceof BuildFailure) || error.code === 'disk_full') throw error;
      const message = `The submodule ${submodule.name} could not be fetched. ${error.message}`;
      throw new BuildFailure('submodule_failed', message, { fault: error.fault, cause: error });
    }
    await fetchSubmodules(context, inner, remote, policy, say, depth + 1);
    await fetchLfs(context, inner, remote, remote, policy, say);
  }
}

/** Reads `.gitmodules` as committed (not from the work tree, where it could be a link). */
async function readSubmodules(context: GitContext, folders: GitFolders): Promise<Submodule[]> {
  const quiet = { ...context, onStderr: () => {} };
  if ((await git(quiet, folders, ['cat-file', '-e', 'HEAD:.gitmodules'])).code !== 0) return [];
  const listed = await git(context, folders, ['config', '--blob', 'HEAD:.gitmodules', '--null', '--list']);
  if (listed.code !== 0) throw refused('.gitmodules', 'cannot be read');
  const found = new Map<string, { path?: string; url?: string }>();
  for (const entry of listed.stdout.split('\0')) {
    const match = /^submodule\.(.+)\.(path|url)\n(.*)$/s.exec(entry);
    if (!match?.[1] || !match[2]) continue;
    found.set(match[1], { ...found.get(match[1]), [match[2]]: match[3] ?? '' });
  }
  return [...found].flatMap(([name, { path, url }]) =>
    path === undefined ? [] : [{ name, path, url: url ?? '' }],
  );
}

/** The commit of the submodule in the tree, or null where the tree has none at its path. */
async function recordedCommit(
  context: GitContext,
  folders: GitFolders,
  { name, path }: Submodule,
): Promise<string | null> {
  if (!isInnerPath(path))
    throw new BuildFailure(
      'path_refused',
      `The submodule "${name}" has a path that is not allowed: "${path}".`,
    );
  const args = ['--literal-pathspecs', 'ls-tree', '-z', 'HEAD', '--', path];
  const { stdout } = await git(context, folders, args);
  const commit = /^160000 commit ([0-9a-f]+)\t/.exec(stdout)?.[1];
  return commit !== undefined && COMMIT_SHA.test(commit) ? commit : null;
}

async function remoteOf(submodule: Submodule, parent: Remote, policy: ClonePolicy): Promise<Remote> {
  const checked = checkCloneUrl(absoluteUrl(submodule.url, parent.url.href), policy);
  if ('error' in checked) throw refused(submodule.name, `its address ${checked.error}`);
  const credential = checked.ok.host === parent.url.host ? parent.credential : null;
  const remote = await makeRemote(checked.ok, credential).catch((cause: unknown) => {
    const message = `The host of the submodule ${submodule.name} cannot be found.`;
    throw new BuildFailure('submodule_failed', message, { cause });
  });
  if ('error' in remote) throw refused(submodule.name, `its address ${remote.error}`);
  return remote.ok;
}

/** `./x` and `../x` are relative to the parent's own address (gitmodules(5)). */
export function absoluteUrl(url: string, parent: string): string {
  if (!url.startsWith('./') && !url.startsWith('../')) return url;
  const base = `${parent.replace(/\/+$/, '')}/`;
  return URL.canParse(url, base) ? new URL(url, base).href.replace(/\/+$/, '') : url;
}

async function foldersOf({ gitDir, workTree }: GitFolders, { path, name }: Submodule): Promise<GitFolders> {
  const target = join(workTree, path);
  const real = await realpath(target).catch(() => null);
  if (real !== null && (!isWithin(await realpath(workTree), real) || !(await lstat(target)).isDirectory())) {
    throw new BuildFailure('path_refused', `The submodule "${name}" would leave the repository.`);
  }
  const id = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return { gitDir: `${gitDir}-${id}`, workTree: target };
}

function refused(name: string, why: string): BuildFailure {
  return new BuildFailure('submodule_failed', `The submodule ${name} is refused: ${why}.`);
}
