import type { GitHost } from '#core/ports.ts';
import { GiteeApi, type GiteeSettings } from './api.ts';
import { changedPaths } from './changed-paths.ts';
import { commitMessage, look, pullRequest, readFile } from './contents.ts';
import { connect, disconnect, ping } from './hooks.ts';
import { report } from './report.ts';

export type { GiteeSettings } from './api.ts';

/** Gitee. */
export function gitee(settings: GiteeSettings): GitHost {
  const api = new GiteeApi(settings);
  return {
    platform: 'gitee',
    cloneUrl: (fullName) => api.cloneUrl(fullName),
    cloneCredential: async (access) => api.cloneCredential(access),
    look: (access) => look(api, access),
    readFile: (access, commit, path, maxBytes) => readFile(api, access, commit, path, maxBytes),
    changedPaths: (access, from, to) => changedPaths(api, access, from, to),
    commitMessage: (access, commit) => commitMessage(api, access, commit),
    pullRequest: (access, number) => pullRequest(api, access, number),
    connect: (access, wanted) => connect(api, access, wanted),
    ping: (access, hookId) => ping(api, access, hookId),
    disconnect: (access, hookId) => disconnect(api, access, hookId),
    report: (access, told) => report(api, access, told),
  };
}
