import type { Platform } from '#core/repository.ts';
import { freeAddresses } from '../ports.ts';
import { giteeStandIn } from './gitee.ts';
import { githubStandIn } from './github.ts';
import { gitlabStandIn } from './gitlab.ts';
import { type HostOptions, type LocalHost, startHost } from './host.ts';
import { Repositories } from './repositories.ts';

export type LocalHosts = Readonly<Record<Platform, LocalHost>>;

/** What the hosts stand on: a git server's folder and address, and who is told of what happens. */
export interface HostsOptions extends Omit<HostOptions, 'address' | 'repositories'> {
  readonly git: string;
  /** Where the git server's repositories are. */
  readonly dir: string;
}

/** Starts a stand-in for each git host's API, over the repositories of one git server: each lies at all of them. */
export async function startGitHosts({ git, dir, ...options }: HostsOptions): Promise<LocalHosts> {
  const repositories = new Repositories(git, dir, { every: true });
  const [forGithub = '', forGitlab = '', forGitee = ''] = await freeAddresses(3);
  const start = (standIn: Parameters<typeof startHost>[0], address: string) =>
    startHost(standIn, {
      ...options,
      address,
      repositories,
      // of the three, only GitHub has webhooks of an App
      installationHook: standIn.platform === 'github' ? options.installationHook : null,
    });
  const [github, gitlab, gitee] = await Promise.all([
    start(githubStandIn, forGithub),
    start(gitlabStandIn, forGitlab),
    start(giteeStandIn, forGitee),
  ]);
  return { github, gitlab, gitee };
}

/** What the functions are told of the stand-ins. */
export function hostsEnv(hosts: LocalHosts, gitUrl: string): Record<string, string> {
  return {
    GITHUB_URL: gitUrl,
    GITHUB_API_URL: hosts.github.apiUrl,
    GITLAB_URL: gitUrl,
    GITLAB_API_URL: hosts.gitlab.apiUrl,
    GITEE_URL: gitUrl,
    GITEE_API_URL: hosts.gitee.apiUrl,
  };
}
