import { z } from 'zod';
import type { HostEvent, PullRequestEvent } from '#core/delivery.ts';
import { FullName, Labels, Message, Name, Sha, Time } from './fields.ts';

/** Git's "no commit": before of a created ref, after of a deleted one. */
const ZERO = /^0+$/;

/** A repository in an event. Its `full_name` there is for people (`开源中国/Gitee`): this is the one of its address. */
const Repository = z.object({ id: z.int().nonnegative().nullish(), path_with_namespace: FullName });

/** What the events of a repository have; of a pull request at times only within it. */
const Anywhere = z.object({
  repository: Repository.nullish(),
  project: Repository.nullish(),
  pull_request: z.object({ base: z.object({ repo: Repository }) }).nullish(),
});

/** Which repository an event is of. */
export const Claim = Anywhere.transform(({ repository, project, pull_request }, context) => {
  const found = repository ?? project ?? pull_request?.base.repo;
  if (found) return named(found);
  context.addIssue({ code: 'custom', path: ['repository'], message: 'is missing' });
  return z.NEVER;
});

function named({ id, path_with_namespace }: z.infer<typeof Repository>) {
  return { full_name: path_with_namespace, host_id: id === null || id === undefined ? null : String(id) };
}

/**
 * The fields of push and tag push events that we use; unknown ones are let through.
 * Source: help.gitee.com/webhook/gitee-webhook-push-data-format
 */
const Push = z
  .object({
    ref: Name,
    before: Sha,
    /** Of an annotated tag it may be the tag's own id: what the ref points to is asked of git. */
    after: Sha,
    deleted: z.boolean().nullish(),
    head_commit: z.object({ id: Sha, message: Message.nullish() }).nullish(),
    repository: Repository,
  })
  .transform(({ ref, before, after, deleted, head_commit, repository }): HostEvent => {
    const { full_name, host_id } = named(repository);
    const gone = deleted === true || ZERO.test(after);
    return {
      kind: 'push',
      repository: full_name,
      host_id,
      ref,
      before_sha: ZERO.test(before) ? null : before,
      commit_sha: gone ? null : after,
      pushed_at: null, // what it says of the time is not signed, and the time of arrival is as good
      message: gone ? null : (head_commit?.message ?? null),
    };
  });

/** The same page: `action` is in what Gitee sends, and not in its example. */
const MergeRequest = z
  .object({
    action: z.string().nullish(),
    action_desc: z.string().nullish(),
    pull_request: z.object({
      number: z.int().positive(),
      state: z.string(),
      title: Message.nullish(),
      updated_at: Time,
      labels: Labels,
      /** Null: the fork is gone. */
      head: z.object({ sha: Sha, ref: Name, repo: Repository.nullish() }),
      base: z.object({ ref: Name, repo: Repository }),
    }),
  })
  .transform((event): HostEvent => {
    const { number, title, updated_at, labels, head, base } = event.pull_request;
    const { full_name, host_id } = named(base.repo);
    return {
      kind: 'pull_request',
      repository: full_name,
      host_id,
      number,
      action: actionOf(event.action ?? null, event.action_desc ?? null, event.pull_request.state),
      commit_sha: head.sha,
      head_branch: head.ref,
      head_repository: head.repo?.path_with_namespace ?? null,
      base_branch: base.ref,
      labels,
      title: title ?? null,
      changed_at: updated_at,
    };
  });

function actionOf(
  action: string | null,
  described: string | null,
  state: string,
): PullRequestEvent['action'] {
  if (state !== 'open') return 'closed';
  switch (action) {
    case 'open':
      return 'opened';
    case 'close':
    case 'merge':
      return 'closed';
    case 'update':
      return described === 'update_label' ? 'labeled' : 'updated';
    case null:
      return 'updated';
    default: // somebody reviewed or tested it, or was asked to
      return 'other';
  }
}

/** The events that we take, by `hook_name`: the header says the same in other words. */
export const EVENTS: Readonly<Record<string, z.ZodType<HostEvent, unknown>>> = {
  push_hooks: Push,
  tag_push_hooks: Push,
  merge_request_hooks: MergeRequest,
};
