import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './adapters/process.ts';
import { caVariables, type MachineEnv } from './env.ts';

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

/** Makes the folders, readable by the builder's account only. */
export async function makeWorkspace(env: MachineEnv): Promise<Workspace> {
  const account = process.getuid?.() === 0 ? BUILDER : null;
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
