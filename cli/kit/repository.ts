import { execa } from 'execa';
import { isFullName } from '#core/git-names.ts';
import type { Cli } from './cli.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { wholeId } from './ids.ts';
import { pages } from './pages.ts';

/** A repository at a git host, as a remote names it. */
export interface Remote {
  /** `owner/name`. */
  readonly fullName: string;
  readonly host: string;
  /** As it is cloned without a user: null where it is not http(s). */
  readonly cloneUrl: string | null;
}

const REPOSITORY = { what: 'repository', whole: /^r-[0-9a-f]{20}$/, next: 'bitflow repos list' };

/**
 * The repository that a command is about: the one given (`owner/repo`, or an id, which may be shortened), else that
 * of the git remote of this folder. Throws CliError (2) where neither says one.
 */
export async function repositoryOf(cli: Cli, given: string | undefined): Promise<string> {
  if (given !== undefined) {
    if (isFullName(given)) return given;
    if (/^r-[0-9a-f]+$/.test(given)) return wholeId(given, REPOSITORY, (limit) => repositories(cli, limit));
    const what = `${JSON.stringify(given)} is no repository`;
    throw new CliError(EXIT.usage, what, 'Write owner/repo, as the git host has it.');
  }
  const remote = await remoteHere(cli.around.cwd);
  if (remote !== null) return remote.fullName;
  throw new CliError(
    EXIT.usage,
    'this folder has no git remote that says which repository is meant',
    'Name it: owner/repo, or run this in its checkout.',
  );
}

async function repositories(cli: Cli, limit: number) {
  const api = await cli.api();
  return pages(limit, 'repositories', (page) => api.call('repositories.list', { query: page }));
}

/** The remote that a push from this folder goes to: `origin`, else the only one there is. Null: none that says. */
export async function remoteHere(cwd: string): Promise<Remote | null> {
  const names = await git(cwd, ['remote']);
  const all = names?.split('\n').filter((name) => name !== '') ?? [];
  const name = all.includes('origin') ? 'origin' : all.length === 1 ? all[0] : undefined;
  if (name === undefined) return null;
  const url = await git(cwd, ['remote', 'get-url', '--', name]);
  return url === null ? null : parseRemote(url);
}

/** The commit that is checked out here; null: none, or no git. */
export const headHere = (cwd: string): Promise<string | null> => git(cwd, ['rev-parse', '--verify', 'HEAD']);

/** The branch that is checked out here; null: none (a detached HEAD), or no git. */
export const branchHere = (cwd: string): Promise<string | null> =>
  git(cwd, ['symbolic-ref', '--quiet', '--short', 'HEAD']);

/** How the branch that is checked out here is pushed: the first time git has to be told where. */
export async function pushCommand(cwd: string): Promise<string> {
  const upstream = await git(cwd, ['rev-parse', '--abbrev-ref', '--symbolic-full-name', '@{upstream}']);
  return upstream === null ? 'git push -u origin HEAD' : 'git push';
}

/**
 * A remote's address (gitformat: `https://host/owner/name.git`, `ssh://git@host/owner/name`, and scp's
 * `git@host:owner/name.git`), see git-clone(1), "GIT URLS". Null: it names no owner and repository.
 */
export function parseRemote(address: string): Remote | null {
  const text = address.trim();
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/.exec(text);
  const url = URL.canParse(text) && text.includes('://') ? new URL(text) : null;
  const host = url?.host ?? scp?.[1];
  const path = url?.pathname ?? scp?.[2];
  const fullName = path?.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  if (!host || fullName === undefined || !isFullName(fullName)) return null;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  return { fullName, host, cloneUrl: isHttp ? `${url.origin}/${fullName}.git` : null };
}

/**
 * A clone may have a folder that looks like a bare repository, with a configuration of whoever committed it, and
 * settings are commands (git-config(1), "safe.bareRepository"). The one that counts is in `.git`.
 */
export const NO_EMBEDDED = ['-c', 'safe.bareRepository=explicit'] as const;

/** A line that git answers; null where it fails: no repository, no such thing, no git. */
export async function git(cwd: string, args: readonly string[]): Promise<string | null> {
  const options = { cwd, reject: false, stdin: 'ignore' } as const;
  const { exitCode, stdout } = await execa('git', [...NO_EMBEDDED, ...args], options);
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : null;
}
