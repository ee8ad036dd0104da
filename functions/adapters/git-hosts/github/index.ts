import { UserError } from '#core/errors.ts';
import type { CloneCredential, GitHost, HostAccess } from '#core/ports.ts';
import type { Secret } from '#core/secret.ts';

export interface GitHubSettings {
  /** Where people reach it: `https://github.com`, or an Enterprise Server's address. Without a slash at its end. */
  readonly url: string;
  /** Its API: `https://api.github.com`, or `https://HOST/api/v3`. */
  readonly apiUrl: string;
  /** The installation's own token; null: it has none. */
  readonly token: Secret | null;
  /** The installation's GitHub App, which comes before its token; null: it has none. */
  readonly app: { readonly id: string; readonly privateKey: Secret } | null;
}

/** GitHub, and GitHub Enterprise Server. */
export function github(settings: GitHubSettings): GitHost {
  return {
    platform: 'github',
    cloneUrl: (fullName) => `${settings.url}/${fullName}.git`,
    async cloneCredential(access): Promise<CloneCredential | null> {
      if (!isOwnAddress(access, new URL(settings.url).host)) return null;
      const token = access.token ?? (access.installation ? settings.token : null);
      return token && { username: 'x-access-token', password: token };
    },
    look: notYet,
    readFile: async () => null,
    changedPaths: async () => ({ known: false, why: 'not asked' }),
    commitMessage: async () => null,
    pullRequest: async () => null,
    connect: notYet,
    ping: notYet,
    disconnect: async () => {},
    report: async () => null,
  };
}

function notYet(): never {
  throw new UserError('refused', 'not yet');
}

/**
 * Whether a repository is cloned from where its name is, on this host. The token may read the repositories of all
 * teams: only a repository's name is one team's alone, its clone address anybody may give.
 */
function isOwnAddress({ clone_url, full_name }: HostAccess, cloneHost: string): boolean {
  const { host, pathname } = new URL(clone_url);
  const named = pathname
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
  return host === cloneHost && named === `/${full_name.toLowerCase()}`;
}
