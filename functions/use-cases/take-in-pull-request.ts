import { PULL_REQUEST_IMAGE_MS } from '#core/build-rules.ts';
import type { PullRequestEvent } from '#core/delivery.ts';
import { isRefName } from '#core/git-names.ts';
import { pushedAt } from '#core/order.ts';
import type { HostPullRequest } from '#core/ports.ts';
import { pullRequestRef } from '#core/pull-requests.ts';
import { decidePullRequest } from '#core/rules.ts';
import { supersedeWaiting } from './pull-request-builds.ts';
import { createBuilds } from './take-in-builds.ts';
import { closeRequest } from './take-in-closed.ts';
import { commitOf, type Decision, ignored, type TakeInDeps, type Taken } from './take-in-decision.ts';
import { approveByLabel } from './take-in-label.ts';
import { concernedBy, type RulesAt, rulesAt, UNCONCERNED } from './take-in-rules.ts';

/** A pull request as it is believed: as the host signed it, else as its API has it. */
type Request = Omit<HostPullRequest, 'open'>;

/** What an event of a pull request means. Throws TransientError where the host is away. */
export async function decideOnPullRequest(
  deps: TakeInDeps,
  taken: Taken,
  event: PullRequestEvent,
): Promise<Decision> {
  const { delivery, host, access } = taken;
  if (event.action === 'other') return ignored('nothing of the pull request changed that is built');
  const known = await host.pullRequest(access, event.number);
  if (known === null && delivery.trust !== 'body')
    return ignored(`the host has no pull request ${event.number}`);
  if (event.action === 'closed') return closeRequest(deps, taken, event.number, known);
  if (known?.open === false) return ignored(`the pull request ${event.number} is closed by now`);
  if (event.action === 'labeled') return approveByLabel(deps, taken, event, known);
  // A host's API may lag behind what it signs.
  const request = delivery.trust === 'body' ? event : known;
  if (request === null) return ignored(`the host has no pull request ${event.number}`);
  return buildRequest(deps, taken, request);
}

async function buildRequest(deps: TakeInDeps, taken: Taken, request: Request): Promise<Decision> {
  const { delivery, repository, host, access } = taken;
  const { number, commit_sha } = request;
  const fork = isFork(request);
  const baseRef = `refs/heads/${request.base_branch}`;
  const base = isRefName(baseRef) ? await commitOf(deps, taken, baseRef) : null;
  const at = fork ? await rulesOfBase(taken, base) : await rulesAt(taken, commit_sha);
  const unread = decidePullRequest({ ...request, message: null }, repository, at.rules);
  if (unread.kind === 'ignore') return ignored(unread.reason);
  const message = await host.commitMessage(access, commit_sha);
  const verdict = decidePullRequest({ ...request, message }, repository, at.rules);
  if (verdict.kind === 'ignore') return ignored(verdict.reason);
  const images = await concernedBy(taken, at.rules, verdict.images, base, commit_sha);
  if (images.length === 0) return ignored(UNCONCERNED);
  const commit = {
    ref: pullRequestRef(repository.platform, number),
    commit_sha,
    before_sha: null,
    pushed_at: pushedAt(request.changed_at, delivery.received_at),
    pull_request: { number, fork },
    trusted: !fork,
    expires_at: deps.now() + PULL_REQUEST_IMAGE_MS,
  };
  const decision = await createBuilds(deps, taken, { images, groupOf: `pr:${number}`, commit, ...at });
  if (fork) await supersedeWaiting(deps, repository, number);
  return decision;
}

/** Whether its head lies elsewhere than where it is made to; in doubt, it does. */
function isFork({ head_repository, repository }: Request): boolean {
  return head_repository?.toLowerCase() !== repository.toLowerCase();
}

/**
 * What the branch says that a stranger's request is made to: their own file decides about nothing here. A mistake in
 * it is none of theirs.
 */
async function rulesOfBase(taken: Taken, base: string | null): Promise<RulesAt> {
  if (base === null) return { rules: taken.repository.rules, file: null, mistakes: null };
  const { rules } = await rulesAt(taken, base);
  return { rules, file: null, mistakes: null };
}
