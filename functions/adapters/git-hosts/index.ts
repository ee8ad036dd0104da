import type { GitHost } from '#core/ports.ts';
import type { Platform } from '#core/repository.ts';
import { type GitHubSettings, github } from './github/index.ts';

/** What each host needs to be told: one entry a host. */
export interface HostSettings {
  readonly github: GitHubSettings;
}

/** Every git host there is. A new one is a folder beside this file and a line here. */
export function gitHosts(settings: HostSettings): Readonly<Record<Platform, GitHost>> {
  return { github: github(settings.github) };
}
