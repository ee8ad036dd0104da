import { z } from 'zod';
import type { PullRequestEvent } from '#core/delivery.ts';
import { FullName, Message, Name, named, Repository, Sha, Time } from './fields.ts';

/** More labels than GitHub lets one have. */
const MAX_LABELS = 100;

/** A pull request, as events and API have it. Source: docs.github.com/en/rest/pulls/pulls#get-a-pull-request */
export const PullRequest = z.object({
  number: z.int().positive(),
  state: z.string(),
  title: Message.nullish(),
  updated_at: Time,
  labels: z.array(z.object({ name: Name })).default([]),
  /** `repo` is null where the fork was deleted. */
  head: z.object({ sha: Sha, ref: Name, repo: z.object({ full_name: FullName }).nullish() }),
  base: z.object({ ref: Name }),
});

/** A pull request in our words. */
export function pullRequestOf({
  number,
  title,
  updated_at,
  labels,
  head,
  base,
}: z.infer<typeof PullRequest>) {
  return {
    number,
    commit_sha: head.sha,
    head_branch: head.ref,
    head_repository: head.repo?.full_name ?? null,
    base_branch: base.ref,
    labels: labels.slice(0, MAX_LABELS).map(({ name }) => name),
    title: title ?? null,
    changed_at: updated_at,
  };
}

/** What an action of GitHub's means to us. A request that opens again is built as a new one. */
const ACTIONS: Readonly<Record<string, PullRequestEvent['action']>> = {
  opened: 'opened',
  reopened: 'opened',
  synchronize: 'updated',
  labeled: 'labeled',
  unlabeled: 'labeled',
  closed: 'closed',
};

/** Source: docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
export const PullRequestPayload = z
  .object({
    action: z.string(),
    pull_request: PullRequest,
    repository: Repository,
    /** The one that was put on, or taken off. */
    label: z.object({ name: Name }).nullish(),
  })
  .transform(
    ({ action, pull_request, repository, label }): PullRequestEvent => ({
      kind: 'pull_request',
      ...named(repository),
      action: (Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined) ?? 'other',
      ...pullRequestOf(pull_request),
      ...(action === 'labeled' && label && { added_labels: [label.name] }),
    }),
  );
