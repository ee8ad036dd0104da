import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './temporary.ts';

const NEUTRAL = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

/** Real repositories in one folder, to be served over HTTP. */
export class Repositories {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<Repositories> {
    return new Repositories(await temporaryFolder());
  }

  git(name: string, ...args: string[]): string {
    return execFileSync('git', args, {
      cwd: join(this.folder, name),
      env: NEUTRAL,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  }

  /** Commits files (and `links`: path to target) on `main`; returns the commit. */
  async commit(
    name: string,
    files: Record<string, string>,
    links: Record<string, string> = {},
  ): Promise<string> {
    const folder = join(this.folder, name);
    await mkdir(folder, { recursive: true });
    this.git(name, 'init', '--quiet', '--initial-branch=main');
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    for (const [path, target] of Object.entries(links)) await symlink(target, join(folder, path));
    this.git(name, 'add', '--all');
    return this.save(name);
  }

  /** Records a submodule without fetching it. */
  gitlink(name: string, path: string, commit: string): void {
    this.git(name, 'update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
  }

  save(name: string): string {
    this.git(name, 'commit', '--quiet', '--allow-empty', '--message', 'x');
    return this.git(name, 'rev-parse', 'HEAD');
  }
}
