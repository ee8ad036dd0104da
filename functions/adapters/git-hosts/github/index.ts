import type { GitHost } from '#core/ports.ts';
import { GitHubApi, type GitHubSettings } from './api.ts';
import { changedPaths } from './changed-paths.ts';
import { commitMessage, look, pullRequest, readFile } from './contents.ts';
import { connect, disconnect, ping } from './hooks.ts';
import { redeliver } from './redeliver.ts';
import { report } from './report.ts';

export type { GitHubSettings } from './api.ts';

/** GitHub, and GitHub Enterprise Server. */
export function github(settings: GitHubSettings): GitHost {
  const api = new GitHubApi(settings);
  const { app } = api;
  return {
    platform: 'github',
    cloneUrl: (fullName) => `${settings.url}/${fullName}.git`,
    cloneCredential: (access) => api.cloneCredential(access),
    look: (access) => look(api, access),
    readFile: (access, commit, path, maxBytes) => readFile(api, access, commit, path, maxBytes),
    changedPaths: (access, from, to) => changedPaths(api, access, from, to),
    commitMessage: (access, commit) => commitMessage(api, access, commit),
    pullRequest: (access, number) => pullRequest(api, access, number),
    connect: (access, wanted) => connect(api, access, wanted),
    ping: (access, hookId) => ping(api, access, hookId),
    disconnect: (access, hookId) => disconnect(api, access, hookId),
    report: (access, told) => report(api, access, told),
    ...(app && { redeliver: (since: number) => redeliver(app, since, Date.now()) }),
  };
}
