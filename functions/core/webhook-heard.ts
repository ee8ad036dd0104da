import type { ConnectedWebhook, Repository } from './repository.ts';

/** How often it is noted at most that a webhook works (ms): no document is written with every push. */
const NOTED_EVERY_MS = 3600_000;

/**
 * The webhook after a delivery came through it; itself where that is no news. What was lost comes back when the host
 * says so, or when it is set up again: a late delivery of before is no sign of it. Nor is one a sign that ours was
 * repaired: it may be signed with a secret that ends soon.
 */
export function heard(webhook: ConnectedWebhook, at: number): ConnectedWebhook {
  const { state, heard_at, hook_id } = webhook;
  if (state === 'lost') return webhook;
  const isNews = state !== 'working' || heard_at === null || at - heard_at >= NOTED_EVERY_MS;
  if (!isNews) return webhook;
  const why = hook_id === null || state === 'waiting' ? null : webhook.why;
  return { ...webhook, state: 'working', why, heard_at: Math.max(at, heard_at ?? 0) };
}

/** The webhook of a repository that the host does not let us have any more, or that it calls otherwise. */
export function lost(webhook: ConnectedWebhook, why: string): ConnectedWebhook {
  return { ...webhook, state: 'lost', why };
}

/** The webhook of a repository that we have again. */
export function found(webhook: ConnectedWebhook, at: number): ConnectedWebhook {
  return webhook.state === 'lost' ? { ...webhook, state: 'working', why: null, heard_at: at } : webhook;
}

/** The repository with its webhook changed; itself where nothing did. */
export function withWebhook(
  repository: Repository,
  change: (webhook: ConnectedWebhook) => ConnectedWebhook,
): Repository {
  const webhook = change(repository.webhook);
  return webhook === repository.webhook ? repository : { ...repository, webhook };
}
