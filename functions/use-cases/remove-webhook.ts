import type { GitHost, HostAccess, Store } from '#core/ports.ts';
import { type Connection, hasWebhook, type Platform } from '#core/repository.ts';

export interface RemoveWebhookDeps {
  readonly store: Pick<Store, 'repositories'>;
  readonly hosts: Readonly<Record<Platform, GitHost>>;
}

/** Takes the webhook of a connection away at its host, unless a later connection has it. */
export async function removeWebhook(
  deps: RemoveWebhookDeps,
  connection: Connection & { readonly platform: Platform },
  access: HostAccess,
  hookId: string,
): Promise<void> {
  if (await isTakenOver(deps, connection)) return;
  await deps.hosts[connection.platform].disconnect(access, hookId);
}

/**
 * Whether the repository was connected anew, and a webhook is set up for that: a host finds ours by its address, which
 * is the same for both, so whatever is there is the new one's.
 */
export async function isTakenOver(
  { store }: Pick<RemoveWebhookDeps, 'store'>,
  { id, connection_id }: Connection,
): Promise<boolean> {
  const now = await store.repositories.get(id);
  return now !== null && now.connection_id !== connection_id && hasWebhook(now.webhook);
}
