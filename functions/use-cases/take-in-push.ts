import type { PushEvent } from '#core/delivery.ts';
import { pushedAt } from '#core/order.ts';
import { decidePush, type NamedRef, pushedRef, quote, type RuleVerdict } from '#core/rules.ts';
import { syncSchedules } from './sync-schedules.ts';
import { createBuilds } from './take-in-builds.ts';
import { commitOf, type Decision, ignored, type TakeInDeps, type Taken } from './take-in-decision.ts';
import { concernedBy, type RulesAt, rulesAt, UNCONCERNED } from './take-in-rules.ts';

/** A push, as far as it may be believed. */
interface Push {
  readonly ref: NamedRef;
  readonly commit_sha: string;
  /** What the ref pointed to before: links the pushes of a ref to each other. Null: not known. */
  readonly before_sha: string | null;
  readonly message: string | null;
  /** ms since the epoch. */
  readonly at: number;
}

/**
 * What a push means. Throws TransientError where the host is away: then nothing was decided, and the message comes
 * again.
 */
export async function decideOnPush(deps: TakeInDeps, taken: Taken, event: PushEvent): Promise<Decision> {
  const ref = pushedRef(event);
  if (typeof ref === 'string') return ignored(ref);
  const push = await believed(deps, taken, event, ref);
  if (push === null) return ignored(`the host has no ${ref.kind} ${quote(ref.name)}`);
  if (isTry(taken, push)) return ignored('it is the try of the webhook');
  const at = await rulesAt(taken, push.commit_sha);
  await keepSchedules(deps, taken, push, at);
  const verdict = await verdictOn(taken, push, at);
  if (verdict.kind === 'ignore') return ignored(verdict.reason);
  // A tag is of a whole commit; and what the host is asked to compare with is the host's to know, not the body's.
  const from = ref.kind === 'tag' ? null : event.before_sha;
  const images = await concernedBy(taken, at.rules, verdict.images, from, push.commit_sha);
  if (images.length === 0) return ignored(UNCONCERNED);
  const { commit_sha, before_sha, at: pushed_at } = push;
  const commit = { ref: event.ref, commit_sha, before_sha, pushed_at };
  return createBuilds(deps, taken, { images, groupOf: event.ref, commit, ...at });
}

/** Those of the default branch hold, whether this push is built or not; a file with mistakes says nothing. */
async function keepSchedules(
  deps: TakeInDeps,
  { repository }: Taken,
  push: Push,
  at: RulesAt,
): Promise<void> {
  const { kind, name } = push.ref;
  if (kind !== 'branch' || name !== repository.default_branch || at.mistakes !== null) return;
  await syncSchedules(deps, repository, { schedules: at.file?.schedules, pushed_at: push.at });
}

/** Of a body that nobody signed only the name of the ref is taken: what it points to, git says. */
async function believed(
  deps: TakeInDeps,
  taken: Taken,
  event: PushEvent,
  ref: NamedRef,
): Promise<Push | null> {
  const { delivery } = taken;
  if (delivery.trust === 'body') {
    const { before_sha, message } = event;
    const at = pushedAt(event.pushed_at, delivery.received_at);
    return { ref, commit_sha: event.commit_sha ?? '', before_sha, message, at };
  }
  const commit_sha = await commitOf(deps, taken, event.ref);
  if (commit_sha === null) return null;
  return { ref, commit_sha, before_sha: null, message: null, at: delivery.received_at };
}

/** How long after it was set up a host may try a webhook by itself (ms). */
const TRY_MS = 2 * 60_000;

/**
 * Whether a host that knows no ping (GitLab) tries the webhook by a push of what was there already. Any commit that
 * came after the webhook was set up is a push.
 */
function isTry({ delivery, repository }: Taken, { ref, commit_sha }: Push): boolean {
  if (ref.kind !== 'branch' || ref.name !== repository.default_branch) return false;
  const { state, set_up_at, head_at_set_up = null } = repository.webhook;
  const soon = set_up_at !== null && delivery.received_at - set_up_at < TRY_MS;
  return state === 'waiting' && soon && commit_sha === head_at_set_up;
}

/** Asks for the commit's message only where all else speaks for a build. */
async function verdictOn(
  { repository, host, access }: Taken,
  push: Push,
  { rules }: RulesAt,
): Promise<RuleVerdict> {
  const verdict = decidePush(push, repository, rules);
  if (verdict.kind === 'ignore' || push.message !== null || push.ref.kind === 'tag') return verdict;
  const message = await host.commitMessage(access, push.commit_sha);
  return decidePush({ ...push, message }, repository, rules);
}
