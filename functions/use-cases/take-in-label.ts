import { isTerminal } from '#core/build.ts';
import { APPROVAL_LABEL } from '#core/build-rules.ts';
import type { PullRequestEvent } from '#core/delivery.ts';
import { TransientError } from '#core/errors.ts';
import type { HostPullRequest } from '#core/ports.ts';
import { approveBuild } from './approve-build.ts';
import { buildsOfRequest } from './pull-request-builds.ts';
import { type Decision, ignored, type TakeInDeps, type Taken } from './take-in-decision.ts';

/** How long the builds of a commit may be missing because its own delivery is still on its way (ms). */
const LATE_MS = 10 * 60_000;

/**
 * Who may label may approve: the builds of the commit that was the request's head when the label was put on, and no
 * later one. So the label has to be new (an older one says nothing about this commit, and any other label would
 * bring it along), the host has to have signed that, and its API has to say that it is still there.
 */
export async function approveByLabel(
  deps: TakeInDeps,
  taken: Taken,
  event: PullRequestEvent,
  known: HostPullRequest | null,
): Promise<Decision> {
  const { delivery, repository } = taken;
  if (!event.added_labels?.includes(APPROVAL_LABEL))
    return ignored('no label was added that means anything here');
  if (delivery.trust !== 'body')
    return ignored('the host does not sign who labelled what: approve with bitflow builds approve');
  if (known === null || !known.labels.includes(APPROVAL_LABEL)) return ignored('the label is gone again');
  if (known.commit_sha !== event.commit_sha)
    return ignored('the pull request has a newer commit than the one that was labelled');
  const all = await buildsOfRequest(deps.store, repository, event.number, null);
  const labelled = all.filter(({ commit_sha }) => commit_sha === event.commit_sha);
  if (labelled.length === 0 && deps.now() - delivery.received_at < LATE_MS)
    throw new TransientError('the builds of the labelled commit are not there yet');
  // Those that were let run before are let run still: after a death in between the answer is the same.
  const open = labelled.filter(({ status }) => !isTerminal(status));
  for (const build of open) await approveBuild(deps, build);
  if (open.length === 0) return ignored('no build of the labelled commit waits for approval');
  return { verdict: 'accepted', reason: 'the label approves them', build_ids: open.map(({ id }) => id) };
}
