import { COMMIT_SHA } from '#core/git-names.ts';
import { type GitContext, type GitFolders, git, type Remote } from '../adapters/git.ts';
import { explainGit } from '../checkout/fetch.ts';
import { BuildFailure } from '../failure.ts';

/** A commit, and the ref that named it where one did. */
export interface Resolved {
  readonly commit_sha: string;
  readonly ref: string | null;
}

/**
 * Asks the server which commit is meant: a full commit id is itself; a short name is a branch, else a tag, as
 * for `git clone --branch`. Throws `commit_not_found` where the server has no such ref.
 */
export async function resolveRef(
  context: GitContext,
  folders: GitFolders,
  remote: Remote,
  asked: string,
): Promise<Resolved> {
  if (COMMIT_SHA.test(asked)) return { commit_sha: asked, ref: null };
  const names =
    asked === 'HEAD' || asked.startsWith('refs/') ? [asked] : [`refs/heads/${asked}`, `refs/tags/${asked}`];
  // `^{}`: the commit that an annotated tag points to, where the server tells it.
  const patterns = names.flatMap((name) => [name, `${name}^{}`]);
  const args = ['ls-remote', '--quiet', '--end-of-options', remote.url.href, ...patterns];
  const ended = await git(context, folders, args, remote);
  if (ended.code !== 0) throw explainGit(ended.stderr, remote.url.host);
  const found = new Map(
    ended.stdout.split('\n').map((line) => {
      const [commit = '', name = ''] = line.split('\t');
      return [name, commit];
    }),
  );
  for (const name of names) {
    const commit_sha = found.get(`${name}^{}`) ?? found.get(name);
    if (commit_sha && COMMIT_SHA.test(commit_sha)) return { commit_sha, ref: name === 'HEAD' ? null : name };
  }
  const hint =
    asked === 'HEAD' ? 'It may be empty: push a commit' : 'Give a branch, a tag or a full commit id';
  throw new BuildFailure('commit_not_found', `The repository has no ${asked}. ${hint}.`);
}
