import type { HostAccess } from '#core/ports.ts';

/**
 * Whether a repository is cloned from where its name is, on this host. A token may read the repositories of all
 * teams: only a repository's name is one team's alone, its clone address anybody may give.
 */
export function isOwnAddress({ clone_url, full_name }: HostAccess, hostUrl: string): boolean {
  const { host, pathname } = new URL(clone_url);
  const named = pathname
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
  const base = new URL(hostUrl);
  return host === base.host && named === `${base.pathname.replace(/\/$/, '')}/${full_name}`.toLowerCase();
}
