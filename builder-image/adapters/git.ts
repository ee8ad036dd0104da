import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type CloneUrl, isPrivateAddress } from '#core/clone-url.ts';
import { type Account, type Ended, run } from './process.ts';

/** What a git command of a checkout needs to know. */
export interface GitContext {
  readonly env: Readonly<Record<string, string>>;
  readonly account: Account | null;
  readonly signal: AbortSignal;
  /** Sees what git says on stderr. */
  readonly onStderr: (bytes: Buffer) => void;
}

/** A repository on disk: git's own folder, and the files beside it. */
export interface GitFolders {
  readonly gitDir: string;
  readonly workTree: string;
}

/** A server to fetch from, checked and resolved. */
export interface Remote {
  readonly url: CloneUrl;
  readonly credential: { readonly username: string; readonly password: string } | null;
  /** The addresses that the connection is pinned to; null for a host that the policy allows by name. */
  readonly addresses: readonly string[] | null;
}

export type Resolve = (hostname: string) => Promise<readonly string[]>;

const resolveAll: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map((entry) => entry.address);

/**
 * Looks the host up once and pins the connection to what was found, so that no later answer of the name
 * server leads elsewhere. Returns a sentence where an address is private.
 */
export async function makeRemote(
  url: CloneUrl,
  credential: Remote['credential'],
  resolve: Resolve = resolveAll,
): Promise<{ ok: Remote } | { error: string }> {
  const { hostname } = new URL(url.href);
  if (url.allowed || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0)
    return { ok: { url, credential, addresses: null } };
  const addresses = await resolve(hostname);
  if (addresses.some(isPrivateAddress)) return { error: 'points to a private address' };
  return { ok: { url, credential, addresses } };
}

/**
 * Runs git so that nothing of the machine or the repository configures it: no hooks, no helpers, no
 * prompts, no protocol but https (http for a host that the policy allows). The credential goes by
 * the environment of this one process: no process list, URL, config file or log shows it.
 */
export async function git(
  context: GitContext,
  folders: GitFolders,
  args: readonly string[],
  remote: Remote | null = null,
): Promise<Ended> {
  const { env, account, signal, onStderr } = context;
  return run({
    file: 'git',
    args: [...fixedConfig(remote), ...args],
    cwd: folders.workTree,
    env: { ...env, ...gitEnv(folders), ...credentialEnv(remote) },
    account,
    signal,
    onStderr,
  });
}

function fixedConfig(remote: Remote | null): string[] {
  const settings: Record<string, string> = {
    'core.hooksPath': '/dev/null',
    'core.fsmonitor': 'false',
    'credential.helper': '',
    'http.followRedirects': 'false',
    'protocol.allow': 'never',
    'advice.detachedHead': 'false',
    'gc.auto': '0',
  };
  if (remote) {
    settings[`protocol.${new URL(remote.url.href).protocol.slice(0, -1)}.allow`] = 'always';
    const pinned = pin(remote);
    if (pinned) settings['http.curloptResolve'] = pinned;
  }
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

/** curl's CURLOPT_RESOLVE syntax: HOST:PORT:ADDRESS[,ADDRESS]. */
function pin({ url, addresses }: Remote): string | null {
  if (addresses === null || addresses.length === 0) return null;
  const { hostname, port } = new URL(url.href);
  const list = addresses.map((address) => (isIP(address) === 6 ? `[${address}]` : address)).join(',');
  return `${hostname}:${port || '443'}:${list}`;
}

function gitEnv({ gitDir, workTree }: GitFolders): Record<string, string> {
  return {
    GIT_DIR: gitDir,
    GIT_WORK_TREE: workTree,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_LFS_SKIP_SMUDGE: '1',
  };
}

/** For the server's own origin only: git sends the header to no other host. */
function credentialEnv(remote: Remote | null): Record<string, string> {
  if (!remote?.credential) return {};
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${new URL(remote.url.href).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic(remote.credential)}`,
  };
}

/** The credential as HTTP sends it (RFC 7617). */
export function basic({ username, password }: { username: string; password: string }): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}
