import { z } from 'zod';
import { Platform } from './repository.ts';

/**
 * What a host's proof covers. `body`: it signed these very bytes. `sender`: only that it sent something (a password,
 * or a signature over a time alone), so nothing that the body names is believed before the host's API says it too.
 */
export const Trust = z.enum(['body', 'sender']);
export type Trust = z.infer<typeof Trust>;

/** Which repository a host speaks of: by its name now, and by the id that stays when it is renamed. */
const Named = {
  repository: z.string(),
  host_id: z.string().nullable(),
};

/** What a git host said, in our words: no field name of a host gets past its folder. */
export const HostEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('push'),
    ...Named,
    ref: z.string(),
    /** Null where the ref did not exist before. */
    before_sha: z.string().nullable(),
    /** Null where the push deleted the ref. */
    commit_sha: z.string().nullable(),
    /** When the host took the push in (ms since the epoch, the host's clock); null where it does not say. */
    pushed_at: z.int().nullable(),
    /** The message of the commit that the ref points to now (its first 4,000 characters); null where it is not told. */
    message: z.string().nullable(),
  }),
  /** A pull request; GitLab calls it a merge request. */
  z.object({
    kind: z.literal('pull_request'),
    ...Named,
    number: z.int().positive(),
    /** `updated`: there is another head commit. `labeled`: its labels are others. */
    action: z.enum(['opened', 'updated', 'labeled', 'closed', 'other']),
    /** Its head: the commit that is proposed. */
    commit_sha: z.string(),
    head_branch: z.string(),
    /** Where the head lies; null where that repository is gone. Another one than `repository`: a fork. */
    head_repository: z.string().nullable(),
    base_branch: z.string(),
    labels: z.array(z.string()),
    /** `labeled`: those of them that it did not have before; left out where the host does not tell. */
    added_labels: z.array(z.string()).optional(),
    title: z.string().nullable(),
    /** When it last changed (ms since the epoch, the host's clock); null where it does not say. */
    changed_at: z.int().nullable(),
  }),
  /** Somebody wants what was reported of a commit done again. */
  z.object({ kind: z.literal('rerun'), ...Named, commit_sha: z.string() }),
  /** What the installation may reach at the host became more or less. */
  z.object({
    kind: z.literal('access'),
    change: z.enum(['granted', 'revoked']),
    repositories: z.array(z.string()),
  }),
  /** The repository itself is another thing now. `from`: its earlier name. */
  z.object({
    kind: z.literal('repository'),
    ...Named,
    change: z.enum(['renamed', 'transferred', 'archived', 'unarchived', 'deleted']),
    from: z.string().nullable(),
  }),
  /** The host tries the webhook; `repository` is null for one that is no repository's own. */
  z.object({ kind: z.literal('ping'), repository: z.string().nullable(), host_id: z.string().nullable() }),
  /** Nothing that we act on; `why` says so where the name alone does not. */
  z.object({
    kind: z.literal('other'),
    name: z.string(),
    repository: z.string().nullable(),
    host_id: z.string().nullable(),
    why: z.string().nullable(),
  }),
]);
export type HostEvent = z.infer<typeof HostEvent>;
export type PushEvent = Extract<HostEvent, { kind: 'push' }>;
export type PullRequestEvent = Extract<HostEvent, { kind: 'pull_request' }>;

/** The repository that an event is about; null where it is about none, or several. */
export function repositoryIn(event: HostEvent): { full_name: string; host_id: string | null } | null {
  if (event.kind === 'access' || event.repository === null) return null;
  return { full_name: event.repository, host_id: event.host_id };
}

/** A delivery: `received` until intake decided; then what it made of it, and why. */
export const Delivery = z.object({
  version: z.literal(1),
  id: z.string(),
  platform: Platform,
  event: HostEvent,
  trust: Trust,
  /** What the host sent beside the body, without what proves who it is. */
  headers: z.record(z.string(), z.string()),
  /** The delivery that this one repeats because somebody asked for it. */
  replay_of: z.string().nullable(),
  received_at: z.int(),
  verdict: z.enum(['received', 'accepted', 'ignored']),
  reason: z.string().nullable(),
  build_ids: z.array(z.string()),
  /** The team that had the repository connected when it was decided; null: none, or it concerns no repository. */
  team: z.string().nullable(),
  repository_id: z.string().nullable(),
  decided_at: z.int().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

/** Deliveries and log chunks are kept this long, by a TTL policy of the store. */
export const RETENTION_MS = 30 * 24 * 3600 * 1000;
