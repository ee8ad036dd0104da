import { type ClonePolicy, checkCloneUrl } from '#core/clone-url.ts';
import type { ExchangeGrant } from '#core/exchange.ts';
import { COMMIT_SHA, isInnerPath, isRefName } from '#core/git-names.ts';
import { type GitContext, type GitFolders, makeRemote, type Remote } from './adapters/git.ts';
import { fetchCommit } from './checkout/fetch.ts';
import { fetchLfs } from './checkout/lfs.ts';
import { fetchSubmodules } from './checkout/submodules.ts';
import { BuildFailure } from './failure.ts';

/** The commit of a build, and where it is fetched from. */
export interface Source {
  readonly build: Pick<
    ExchangeGrant['build'],
    'repository' | 'ref' | 'commit_sha' | 'root_directory' | 'trusted'
  >;
  readonly clone: ExchangeGrant['clone'];
}

/**
 * Puts the exact commit of a build into the work tree, with submodules and LFS files and without `.git`.
 * Whatever does not look right is refused before git runs with it.
 */
export async function checkout(
  { build, clone }: Source,
  folders: GitFolders,
  policy: ClonePolicy,
  context: GitContext,
  say: (line: string) => void,
): Promise<void> {
  const { commit_sha, ref, root_directory } = build;
  if (!COMMIT_SHA.test(commit_sha))
    throw new BuildFailure('commit_not_found', 'The commit is not a full commit id.');
  if (ref !== null && !isRefName(ref))
    throw new BuildFailure('path_refused', 'The ref is not a valid ref name.');
  if (!isInnerPath(root_directory)) {
    throw new BuildFailure(
      'path_refused',
      'The root directory must be a relative path inside the repository.',
    );
  }
  const remote = await remoteOf(clone, policy);
  say(`Cloning ${build.repository} at ${commit_sha}`);
  await fetchCommit(context, folders, remote, commit_sha, ref);
  // The credential may open more than this repository, and what else is fetched is up to the commit.
  const elsewhere = { ...remote, credential: build.trusted ? remote.credential : null };
  await fetchSubmodules(context, folders, elsewhere, policy, say);
  await fetchLfs(context, folders, remote, elsewhere, policy, say);
}

/** The server of a clone address, checked and resolved. */
export async function remoteOf(
  { url, credential }: ExchangeGrant['clone'],
  policy: ClonePolicy,
): Promise<Remote> {
  const checked = checkCloneUrl(url, policy);
  if ('error' in checked) throw new BuildFailure('clone_failed', `The clone address ${checked.error}.`);
  const remote = await makeRemote(checked.ok, credential).catch((cause: unknown) => {
    const message = `The host ${checked.ok.host} cannot be found.`;
    throw new BuildFailure('clone_failed', message, { fault: 'transient', cause });
  });
  if ('error' in remote) throw new BuildFailure('clone_failed', `The clone address ${remote.error}.`);
  return remote.ok;
}
