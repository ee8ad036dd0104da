import type { z } from 'zod';
import { type GitHosts, gitHosts } from '#adapters/git-hosts/index.ts';
import type { HostsEnv } from './env.ts';

/** The git hosts as this environment reaches them. Throws where it has half a GitHub App. */
export function hostsOf(env: z.infer<typeof HostsEnv>): GitHosts {
  const { GITHUB_URL: github, GITLAB_URL: gitlab, GITEE_URL: gitee } = env;
  const { GITHUB_APP_ID: id, GITHUB_APP_PRIVATE_KEY: privateKey } = env;
  if ((id === undefined) !== (privateKey === undefined))
    throw new Error('GITHUB_APP_ID is given with GITHUB_APP_PRIVATE_KEY, or neither is');
  // docs.github.com/en/enterprise-server/rest: an Enterprise Server has its API under its own address.
  const githubApi = github === 'https://github.com' ? 'https://api.github.com' : `${github}/api/v3`;
  return gitHosts({
    github: {
      url: github,
      apiUrl: env.GITHUB_API_URL ?? githubApi,
      token: env.GITHUB_TOKEN ?? null,
      app: id && privateKey ? { id, privateKey } : null,
    },
    gitlab: { url: gitlab, apiUrl: env.GITLAB_API_URL ?? `${gitlab}/api/v4` },
    gitee: { url: gitee, apiUrl: env.GITEE_API_URL ?? `${gitee}/api/v5` },
  });
}
