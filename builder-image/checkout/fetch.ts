import { type GitContext, type GitFolders, git, type Remote } from '../adapters/git.ts';
import { BuildFailure, DISK_FULL } from '../failure.ts';

/** A server may hide commits that no ref points to; then everything is fetched and searched. */
const NOT_OFFERED =
  /not our ref|unadvertised object|does not support shallow|no such remote ref|couldn't find remote ref|dumb http/i;

/**
 * Fetches one commit and checks it out: shallow where the server gives a commit by its id, else by way of
 * the ref, else by way of all refs. Throws `commit_not_found` where the server has it no more.
 */
export async function fetchCommit(
  context: GitContext,
  folders: GitFolders,
  remote: Remote,
  commit: string,
  ref: string | null,
): Promise<void> {
  await must(
    git(context, folders, ['init', '--quiet', `--object-format=${commit.length === 64 ? 'sha256' : 'sha1'}`]),
  );
  const options = ['--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--quiet'];
  const fetch = (depth: readonly string[], ...specs: string[]) =>
    git(
      context,
      folders,
      ['fetch', ...options, ...depth, '--end-of-options', remote.url.href, ...specs],
      remote,
    );

  const exact = await fetch(['--depth=1'], commit);
  if (exact.code !== 0) {
    if (!NOT_OFFERED.test(exact.stderr)) throw explainGit(exact.stderr, remote.url.host);
    if (ref !== null) await fetch([], `+${ref}:refs/bitflow/asked`);
    if (!(await has(context, folders, commit))) {
      const all = await fetch([], '+refs/*:refs/bitflow/all/*');
      if (all.code !== 0 && !NOT_OFFERED.test(all.stderr)) throw explainGit(all.stderr, remote.url.host);
    }
    if (!(await has(context, folders, commit))) {
      const message = `The commit ${commit} is no longer in the repository. A force push may have removed it.`;
      throw new BuildFailure('commit_not_found', message);
    }
  }
  await must(git(context, folders, ['checkout', '--quiet', '--force', '--detach', commit, '--']));
  const { stdout } = await must(
    git(context, folders, ['rev-parse', '--verify', '--end-of-options', 'HEAD^{commit}']),
  );
  if (stdout.trim() !== commit) throw new Error(`checked out ${stdout.trim()} instead of ${commit}`);
}

async function has(context: GitContext, folders: GitFolders, commit: string): Promise<boolean> {
  const quiet = { ...context, onStderr: () => {} };
  return (await git(quiet, folders, ['cat-file', '-e', '--end-of-options', `${commit}^{commit}`])).code === 0;
}

/** A command on what is already here: it fails for a full disk or because of us. */
async function must(command: ReturnType<typeof git>): ReturnType<typeof git> {
  const ended = await command;
  if (ended.code !== 0) throw explainGit(ended.stderr, 'the repository');
  return ended;
}

/** What git's words about a failed fetch mean. */
export function explainGit(stderr: string, host: string): BuildFailure {
  const said =
    stderr
      .trim()
      .split('\n')
      .findLast((line) => /^(?:fatal|error):/.test(line)) ?? stderr.trim().slice(-300);
  const words = said.slice(0, 500);
  if (/no space left on device/i.test(stderr))
    return new BuildFailure('disk_full', DISK_FULL, { fault: 'transient' });
  if (
    /Authentication failed|could not read Username|returned error: (?:401|403|404)|not found/i.test(stderr)
  ) {
    const message = `${host} refused to give the repository: it does not exist, or access to it was withdrawn. git says: ${words}`;
    return new BuildFailure('clone_failed', message);
  }
  if (/unable to update url base|redirect/i.test(stderr)) {
    return new BuildFailure(
      'clone_failed',
      `${host} redirects elsewhere, which is not followed. The repository may have moved.`,
    );
  }
  const message = `The repository could not be fetched from ${host}. git says: ${words}`;
  return new BuildFailure('clone_failed', message, { fault: 'transient' });
}
