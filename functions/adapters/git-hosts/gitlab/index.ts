import type { GitHost } from '#core/ports.ts';
import { isOwnAddress } from '../own-address.ts';
import { apiFor, type GitLabSettings } from './api.ts';
import { changedPaths } from './changed-paths.ts';
import { commitMessage, pullRequest, readFile } from './contents.ts';
import { connect, disconnect, ping } from './hooks.ts';
import { look } from './project.ts';
import { report } from './report.ts';

export type { GitLabSettings } from './api.ts';

/** GitLab, and GitLab self-managed. */
export function gitlab(settings: GitLabSettings): GitHost {
  return {
    platform: 'gitlab',
    cloneUrl: (fullName) => `${settings.url}/${fullName}.git`,
    // Any name goes with a project's, a group's and a person's token, and this one with OAuth's too.
    cloneCredential: async (access) =>
      access.token && isOwnAddress(access, settings.url)
        ? { username: 'oauth2', password: access.token }
        : null,
    look: (access) => look(apiFor(settings, access), access),
    readFile: (access, commit, path, maxBytes) =>
      readFile(apiFor(settings, access), access, commit, path, maxBytes),
    changedPaths: (access, from, to) => changedPaths(apiFor(settings, access), access, from, to),
    commitMessage: (access, commit) => commitMessage(apiFor(settings, access), access, commit),
    pullRequest: (access, number) => pullRequest(apiFor(settings, access), access, number),
    connect: (access, wanted) => connect(apiFor(settings, access), access, wanted),
    ping: (access, hookId) => ping(apiFor(settings, access), access, hookId),
    disconnect: (access, hookId) => disconnect(apiFor(settings, access), access, hookId),
    report: (access, told) => report(apiFor(settings, access), access, told),
  };
}
