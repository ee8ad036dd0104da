import { z } from 'zod';
import type { HostEvent } from '#core/delivery.ts';

/** Git's "no commit": before of a created ref, after of a deleted one. */
const ZERO = /^0+$/;
/** What is kept of a commit's message, and of a title or label. */
export const MAX_MESSAGE = 4000;
const MAX_TITLE = 255;

export const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a commit id');
const FullName = z.string().min(3).max(255);
export const Ref = z
  .string()
  .min(1)
  .max(1024)
  .refine((ref) => ref.isWellFormed(), 'must be whole Unicode characters');
export const Label = z.string().transform((text) => text.slice(0, MAX_TITLE).toWellFormed());
export const Title = Label.nullish().transform((text) => text ?? null);

/** What every event of a project has. Groups may be nested: `group/sub/project`. */
export const Claim = z.object({
  project_id: z.int().nullish(),
  project: z.object({ id: z.int().nullish(), path_with_namespace: z.string().max(255) }),
});
type Claim = z.infer<typeof Claim>;

/** Which project an event is of. */
export function namedIn({ project_id, project }: Claim): { full_name: string; host_id: string | null } {
  const id = project.id ?? project_id ?? null;
  return { full_name: project.path_with_namespace, host_id: id === null ? null : String(id) };
}

/**
 * The fields of push and tag push events that we use; unknown ones are let through. At most 20 commits are listed.
 * Source: docs.gitlab.com/user/project/integrations/webhook_events#push-events, #tag-events
 */
const Push = Claim.extend({
  ref: Ref,
  before: Sha,
  /** Of an annotated tag it is the tag's own id. */
  after: Sha,
  /** The commit to check out: of an annotated tag the one that it names. Null where the ref is gone. */
  checkout_sha: Sha.nullish(),
  commits: z.array(z.object({ id: z.string(), message: z.string().nullish() })).nullish(),
});

const Labels = z.array(z.object({ title: Label })).nullish();

/** Source: docs.gitlab.com/user/project/integrations/webhook_events#merge-request-events */
const MergeRequest = Claim.extend({
  object_attributes: z.object({
    iid: z.int().positive(),
    action: z.string().nullish(),
    /** The head before this update; left out where its commits stayed. */
    oldrev: z.string().nullish(),
    source_branch: Ref,
    target_branch: Ref,
    source_project_id: z.int().nullish(),
    target_project_id: z.int().nullish(),
    /** Null: the fork is gone. */
    source: z.object({ path_with_namespace: FullName }).nullish(),
    /** Null: the branches do not differ, or the source branch is gone. */
    last_commit: z.object({ id: Sha }).nullish(),
    title: Title,
    updated_at: z.string().nullish(),
  }),
  labels: Labels,
  changes: z
    .object({ labels: z.object({ previous: Labels, current: Labels }).partial() })
    .partial()
    .nullish(),
});
type MergeRequest = z.infer<typeof MergeRequest>;

/** The events that we take, by their header `X-Gitlab-Event`, in our words. */
export const EVENTS: Readonly<Record<string, z.ZodType<HostEvent, unknown>>> = {
  'Push Hook': Push.transform(pushed),
  'Tag Push Hook': Push.transform(pushed),
  'Merge Request Hook': MergeRequest.transform(requested),
};

function pushed(push: z.infer<typeof Push>): HostEvent {
  const { full_name, host_id } = namedIn(push);
  const commit_sha = ZERO.test(push.after) ? null : (push.checkout_sha ?? push.after);
  const message = push.commits?.find(({ id }) => id === commit_sha)?.message ?? null;
  return {
    kind: 'push',
    repository: full_name,
    host_id,
    ref: push.ref,
    before_sha: ZERO.test(push.before) ? null : push.before,
    commit_sha,
    pushed_at: null, // it does not say
    message: message?.slice(0, MAX_MESSAGE).toWellFormed() ?? null,
  };
}

function requested(event: MergeRequest): HostEvent {
  const { full_name, host_id } = namedIn(event);
  const request = event.object_attributes;
  if (!request.last_commit) {
    const why = `the merge request !${request.iid} has no commit`;
    return { kind: 'other', name: 'Merge Request Hook', repository: full_name, host_id, why };
  }
  // By id: a name in an event may be one of before a rename. Without ids a name that differs is a fork's.
  const own = request.source_project_id != null && request.source_project_id === request.target_project_id;
  return {
    kind: 'pull_request',
    repository: full_name,
    host_id,
    number: request.iid,
    action: actionOf(event),
    commit_sha: request.last_commit.id,
    head_branch: request.source_branch,
    head_repository: own ? full_name : (request.source?.path_with_namespace ?? null),
    base_branch: request.target_branch,
    labels: titlesOf(event.labels),
    ...addedLabels(event.changes?.labels),
    title: request.title,
    changed_at: timeOf(request.updated_at),
  };
}

function titlesOf(labels: z.infer<typeof Labels>): string[] {
  return (labels ?? []).map(({ title }) => title);
}

function addedLabels(change: NonNullable<MergeRequest['changes']>['labels']) {
  if (change === undefined) return {};
  const before = new Set(titlesOf(change.previous));
  return { added_labels: titlesOf(change.current).filter((title) => !before.has(title)) };
}

function actionOf({ object_attributes: { action, oldrev }, changes }: MergeRequest) {
  switch (action) {
    case 'open':
    case 'reopen':
      return 'opened';
    case 'close':
    case 'merge':
      return 'closed';
    case 'update':
      if (oldrev) return 'updated';
      return changes?.labels === undefined ? 'other' : 'labeled';
    default: // somebody approved it, or the like
      return 'other';
  }
}

/** GitLab writes `2017-09-15T16:52:00Z` here and `2017-09-15 16:52:00 UTC` there. */
export function timeOf(text: string | null | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : time;
}
