import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './adapters/process.ts';
import { type ChildEnv, caVariables } from './env.ts';

/** What every child process gets, and the folders of this build: gone when the build is. */
export interface Workspace {
  /** The checkout: the repository's files, without `.git`. */
  readonly source: string;
  /** Git's own folder, outside the checkout. */
  readonly git: string;
  readonly home: string;
  /** Dockerfiles and assets that a plan brings, buildctl's metadata and registry credentials. */
  readonly scratch: string;
  readonly account: Account | null;
  /** PATH, HOME and the CA variables: nothing else is handed on. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

const BUILDER: Account = { uid: 1000, gid: 1000 };

/** The account that a repository's content is safe with: root keeps its own to itself. */
const unprivileged = (): Account | null => (process.getuid?.() === 0 ? BUILDER : null);

/**
 * Makes the folders, readable by one account only.
 * @param account null: our own, as for somebody who works on files of their own.
 */
export async function makeWorkspace(
  env: ChildEnv,
  account: Account | null = unprivileged(),
): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), 'bitflow-build-'));
  if (account) await chown(root, account.uid, account.gid);
  const folder = async (name: string) => {
    const path = join(root, name);
    await mkdir(path, { mode: 0o700 });
    if (account) await chown(path, account.uid, account.gid);
    return path;
  };
  const home = await folder('home');
  return {
    source: await folder('source'),
    git: await folder('git'),
    scratch: await folder('scratch'),
    home,
    account,
    env: { PATH: env.PATH, HOME: home, LANG: 'C.UTF-8', ...caVariables(env) },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}
