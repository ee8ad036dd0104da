import type { CommitReport } from '#core/commit-report.ts';
import { UserError } from '#core/errors.ts';
import type {
  ChangedPaths,
  CloneCredential,
  GitHost,
  HostPullRequest,
  HostRepository,
  HostWebhooks,
} from '#core/ports.ts';
import type { Platform } from '#core/repository.ts';

/** What a host in memory has, and what it was told; a test reads and sets it. */
export interface MemoryHost extends GitHost {
  /** By full name. */
  readonly repositories: Map<string, HostRepository>;
  /** By `commit:path`. */
  readonly files: Map<string, string>;
  /** By `from..to`. */
  readonly changes: Map<string, ChangedPaths>;
  readonly messages: Map<string, string>;
  readonly pullRequests: Map<number, HostPullRequest>;
  /** By id. */
  readonly hooks: Map<string, { url: string; secret: string; full_name: string }>;
  readonly reports: CommitReport[];
  /** What every method throws, until it is set to null. */
  failure: Error | null;
}

/** A git host's API in memory: every repository is there, with nothing in it, unless a test says otherwise. */
export function memoryHost(
  platform: Platform = 'github',
  credential: CloneCredential | null = null,
): MemoryHost {
  let numbers = 0;
  const host: MemoryHost = {
    platform,
    repositories: new Map(),
    files: new Map(),
    changes: new Map(),
    messages: new Map(),
    pullRequests: new Map(),
    hooks: new Map(),
    reports: [],
    failure: null,
    cloneUrl: (fullName) => `https://${platform}.com/${fullName}.git`,
    cloneCredential: () => asked(() => credential),
    look: ({ full_name, clone_url }) =>
      asked(
        () =>
          host.repositories.get(full_name) ?? {
            host_id: `id of ${full_name}`,
            full_name,
            clone_url,
            default_branch: 'main',
            private: false,
            archived: false,
            may: 'admin',
          },
      ),
    readFile: (_, commit, path, maxBytes) =>
      asked(() => {
        const text = host.files.get(`${commit}:${path}`) ?? null;
        if (text !== null && Buffer.byteLength(text) > maxBytes)
          throw new UserError('refused', `${path} has more than ${maxBytes} bytes`);
        return text;
      }),
    changedPaths: (_, from, to) =>
      asked(() => host.changes.get(`${from}..${to}`) ?? { known: false, why: 'nobody said' }),
    commitMessage: (_, commit) => asked(() => host.messages.get(commit) ?? null),
    pullRequest: (_, number) => asked(() => host.pullRequests.get(number) ?? null),
    connect: ({ full_name }, { url, secret, hook_id }) =>
      asked(() => {
        const there = [...host.hooks].find(
          ([, hook]) => hook.url === url && hook.full_name === full_name,
        )?.[0];
        const known = hook_id !== null && host.hooks.has(hook_id) ? hook_id : (there ?? null);
        const id = known ?? `hook-${++numbers}`;
        host.hooks.set(id, { url, secret: secret.reveal(), full_name });
        return { kind: known === null ? 'made' : 'repaired', hook_id: id };
      }),
    ping: () => asked(() => true),
    disconnect: (_, hookId) => asked(() => void host.hooks.delete(hookId)),
    report: (_, report) =>
      asked(() => {
        host.reports.push(report);
        return report.report_id ?? `report-${++numbers}`;
      }),
  };
  async function asked<T>(answer: () => T): Promise<T> {
    if (host.failure) throw host.failure;
    return answer();
  }
  return host;
}

/** A host of each platform, in memory. */
export function memoryHosts(): Record<Platform, MemoryHost> {
  return { github: memoryHost(), gitlab: memoryHost('gitlab'), gitee: memoryHost('gitee') };
}

/** What a host sends, in memory: it takes every request whose header `x-signature` is `good`, and events in our words. */
export function memoryWebhooks(platform: Platform = 'github'): HostWebhooks {
  return {
    platform,
    keptHeaders: ['x-event'],
    verify: async (request) => (request.headers['x-signature'] === 'good' ? 'body' : null),
    claimedRepository: (request) => {
      const full_name = request.headers['x-claim'];
      return full_name === undefined ? null : { full_name, host_id: null };
    },
    eventId: (request) => request.headers['x-event'] ?? null,
    payload: (request) => JSON.parse(request.rawBody),
    parse: (request) => JSON.parse(request.rawBody),
  };
}
