import { z } from 'zod';
import type { HostEvent } from '#core/delivery.ts';

/** GitHub's "no commit": before of a created ref, after of a deleted one. */
const ZERO = /^0+$/;
/** The last second of the year 9999: what a time of ours can hold. */
const MAX_SECONDS = 253_402_300_799;
const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a commit id');

/**
 * The fields of GitHub's push event that we use; unknown ones are let through.
 * Source: docs.github.com/en/webhooks/webhook-events-and-payloads#push
 */
const Push = z.object({
  ref: z.string().max(1024),
  before: Sha,
  after: Sha,
  deleted: z.boolean().optional(),
  repository: z.object({
    full_name: z.string().min(3).max(255),
    id: z.int().optional(),
    /** Seconds since the epoch in push events; an ISO time elsewhere. */
    pushed_at: z.union([z.int().nonnegative().max(MAX_SECONDS), z.string()]).nullish(),
  }),
});

/** What all events of a repository's own webhook have, its ping too. */
export const Claim = z.object({
  repository: z.object({ full_name: z.string().max(255), id: z.int().optional() }),
});

/** The event in our words. */
export const EVENTS: Readonly<Record<string, z.ZodType<HostEvent, unknown>>> = {
  ping: z.object({}).transform((): HostEvent => ({ kind: 'ping', repository: null, host_id: null })),
  push: Push.transform((push): HostEvent => {
    const pushedAt = push.repository.pushed_at;
    return {
      kind: 'push',
      repository: push.repository.full_name,
      host_id: push.repository.id === undefined ? null : String(push.repository.id),
      message: null,
      ref: push.ref,
      before_sha: ZERO.test(push.before) ? null : push.before,
      commit_sha: push.deleted || ZERO.test(push.after) ? null : push.after,
      pushed_at: typeof pushedAt === 'number' ? pushedAt * 1000 : null,
    };
  }),
};
