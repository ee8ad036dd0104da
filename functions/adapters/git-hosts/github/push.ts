import { z } from 'zod';
import type { PushEvent } from '#core/delivery.ts';
import { Message, Name, named, Repository, Sha } from './fields.ts';

/** GitHub's "no commit": before of a created ref, after of a deleted one. */
const ZERO = /^0+$/;

/** The last second of the year 9999: what a time of ours can hold. */
const MAX_SECONDS = 253_402_300_799;

/**
 * The fields of GitHub's push event that we use; unknown ones are let through. Its lists of commits and files are not
 * among them: they are cut without a word.
 * Source: docs.github.com/en/webhooks/webhook-events-and-payloads#push
 */
export const Push = z
  .object({
    ref: Name,
    before: Sha,
    after: Sha,
    deleted: z.boolean().optional(),
    head_commit: z.object({ id: Sha, message: Message.nullish() }).nullish(),
    repository: Repository.extend({
      /** Seconds since the epoch in push events; an ISO time elsewhere. */
      pushed_at: z.union([z.int().nonnegative().max(MAX_SECONDS), z.string()]).nullish(),
    }),
  })
  .transform(({ ref, before, after, deleted, head_commit, repository }): PushEvent => {
    const gone = deleted || ZERO.test(after);
    // Of an annotated tag `after` is the tag itself; the commit that it names is the head commit
    // (github.blog/changelog/2021-10-01-the-push-webhook-payload-provides-a-consistent-head_commit-on-tag-creation).
    const commit = ref.startsWith('refs/tags/') ? (head_commit?.id ?? after) : after;
    const { pushed_at } = repository;
    return {
      kind: 'push',
      ...named(repository),
      ref,
      before_sha: ZERO.test(before) ? null : before,
      commit_sha: gone ? null : commit,
      pushed_at: typeof pushed_at === 'number' ? pushed_at * 1000 : null,
      message: gone ? null : (head_commit?.message ?? null),
    };
  });
