import { UserError } from '#core/errors.ts';
import type { GitHost } from '#core/ports.ts';

export interface GiteeSettings {
  /** Where people reach it, without a slash at its end. */
  readonly url: string;
  /** Its API. */
  readonly apiUrl: string;
}

/** Gitee. */
export function gitee(settings: GiteeSettings): GitHost {
  return {
    platform: 'gitee',
    cloneUrl: (fullName) => `${settings.url}/${fullName}.git`,
    cloneCredential: async () => null,
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
