import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** A working copy of a repository, as a developer has it, that pushes to the stack's git server. */
export interface WorkingCopy {
  readonly dir: string;
  /** Runs git in it. @returns its output. */
  git(...args: string[]): Promise<string>;
  /** Commits everything and pushes the branch. @returns the commit. */
  commitAndPush(message: string, branch?: string): Promise<string>;
  remove(): Promise<void>;
}

/** A fresh repository with the files of a folder, and its remote set. Nobody's git configuration takes part. */
export async function workingCopy(source: string | null, remote: string): Promise<WorkingCopy> {
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-work-'));
  if (source !== null) await cp(source, dir, { recursive: true });
  const author = { name: 'Ada', email: 'ada@example.com' };
  const env = {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
  };
  const git = async (...args: string[]) => (await execa('git', args, { cwd: dir, env })).stdout;
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', remote);
  return {
    dir,
    git,
    async commitAndPush(message, branch = 'main') {
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', message);
      await git('push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`);
      return git('rev-parse', 'HEAD');
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
