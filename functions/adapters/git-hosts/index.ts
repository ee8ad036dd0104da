import type { GitHost } from '#core/ports.ts';
import type { Platform } from '#core/repository.ts';
import { type GiteeSettings, gitee } from './gitee/index.ts';
import { type GitHubSettings, github } from './github/index.ts';
import { type GitLabSettings, gitlab } from './gitlab/index.ts';

/** What each host needs to be told: one entry a host. */
export interface HostSettings {
  readonly github: GitHubSettings;
  readonly gitlab: GitLabSettings;
  readonly gitee: GiteeSettings;
}

export type GitHosts = Readonly<Record<Platform, GitHost>>;

/** Every git host there is. A new one is a folder beside this file, and a line here and in webhooks.ts. */
export function gitHosts(settings: HostSettings): GitHosts {
  return {
    github: github(settings.github),
    gitlab: gitlab(settings.gitlab),
    gitee: gitee(settings.gitee),
  };
}
