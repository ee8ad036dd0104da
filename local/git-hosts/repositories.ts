import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { isFullName } from '#core/git-names.ts';

/** An entry of a git tree (git-ls-tree(1)). */
export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  readonly path: string;
}

/**
 * The bare repositories of the local git server, as a host's API tells of them. Real git answers.
 * With `every`, each name is a repository, and empty until somebody pushes to it: the local git server makes it then.
 */
export class Repositories {
  readonly #git: string;
  readonly #dir: string;
  readonly #every: boolean;

  constructor(git: string, dir: string, { every = false }: { readonly every?: boolean } = {}) {
    this.#git = git;
    this.#dir = dir;
    this.#every = every;
  }

  exists(fullName: string): boolean {
    return isFullName(fullName) && (this.#every || existsSync(this.#path(fullName)));
  }

  /** The commit that a revision (a commit, branch, tag or full ref) names; null where there is none. */
  async commit(fullName: string, revision: string): Promise<string | null> {
    const out = await this.#run(fullName, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${revision}^{commit}`,
    ]);
    return out?.trim() ?? null;
  }

  /** The branch that HEAD names; null where it has no commit yet. */
  async defaultBranch(fullName: string): Promise<string | null> {
    if ((await this.commit(fullName, 'HEAD')) === null) return null;
    return (await this.#run(fullName, ['symbolic-ref', '--short', 'HEAD']))?.trim() ?? null;
  }

  /** The id of the tree that a commit or tree id names; null where there is none. */
  async treeId(fullName: string, treeish: string): Promise<string | null> {
    const out = await this.#run(fullName, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${treeish}^{tree}`,
    ]);
    return out?.trim() ?? null;
  }

  /** The entries of a tree, trees among them; `recursive`: of all below it too. Null where there is no such tree. */
  async tree(fullName: string, treeish: string, recursive: boolean): Promise<TreeEntry[] | null> {
    const id = await this.treeId(fullName, treeish);
    if (id === null) return null;
    const out = await this.#run(fullName, ['ls-tree', '-z', ...(recursive ? ['-r', '-t'] : []), id]);
    return (out ?? '')
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => {
        const [head = '', path = ''] = line.split('\t');
        const [mode = '', type = '', sha = ''] = head.split(' ');
        return { mode, type: type === 'tree' || type === 'commit' ? type : 'blob', sha, path };
      });
  }

  /** A file's content; null where there is none, or it is a folder. */
  async file(fullName: string, revision: string, path: string): Promise<Buffer | null> {
    const commit = await this.commit(fullName, revision);
    if (commit === null) return null;
    const { exitCode, stdout } = await execa(
      this.#git,
      ['-C', this.#path(fullName), 'cat-file', 'blob', `${commit}:${path}`],
      { reject: false, encoding: 'buffer', stripFinalNewline: false },
    );
    return exitCode === 0 ? Buffer.from(stdout) : null;
  }

  async message(fullName: string, commit: string): Promise<string | null> {
    return this.#run(fullName, ['show', '--no-patch', '--format=%B', '--end-of-options', commit]);
  }

  /** Ids of the commits that lie between two, the newest first. */
  async between(fullName: string, from: string | null, to: string): Promise<string[]> {
    const range = from === null ? to : `${from}..${to}`;
    const out = await this.#run(fullName, ['rev-list', '--max-count=100', '--end-of-options', range]);
    return (out ?? '').split('\n').filter((line) => line !== '');
  }

  /** What differs between two commits, without guessing at renames. */
  async changed(fullName: string, from: string, to: string): Promise<string[]> {
    const args = ['diff', '--name-only', '--no-renames', '-z', '--end-of-options', from, to];
    return ((await this.#run(fullName, args)) ?? '').split('\0').filter((path) => path !== '');
  }

  #path(fullName: string): string {
    return join(this.#dir, `${fullName}.git`);
  }

  /** What git says; null where it fails. */
  async #run(fullName: string, args: readonly string[]): Promise<string | null> {
    if (!this.exists(fullName)) return null;
    const { exitCode, stdout } = await execa(this.#git, ['-C', this.#path(fullName), ...args], {
      reject: false,
      stripFinalNewline: false,
    });
    return exitCode === 0 ? stdout : null;
  }
}
