import { type Disconnection, HOST_PATIENCE_MS } from '#core/disconnection.ts';
import { TransientError, UserError } from '#core/errors.ts';
import type { Clock, HostAccess, SecretStore } from '#core/ports.ts';
import { hostTokenId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { webhookAddress } from '#core/webhook-set-up.ts';
import { accessOf } from './host-access.ts';
import { isTakenOver, type RemoveWebhookDeps, removeWebhook } from './remove-webhook.ts';

export interface LeaveHostDeps extends RemoveWebhookDeps {
  readonly secrets: SecretStore;
  readonly now: Clock;
  /** The address of the function `webhooks`; null: nobody said it, and no webhook can have been made. */
  readonly webhooks?: string | null | undefined;
  /** Told of a webhook that stays at its host, because that refuses us or is away for good. */
  readonly onLeftAtHost?: (note: Disconnection, why: unknown) => void;
}

/**
 * Takes the webhook of a disconnected repository away at its host, and then the token that this takes. Throws
 * TransientError where the host is away: the token is kept until it is back, or is given up.
 */
export async function leaveHost(deps: LeaveHostDeps, note: Disconnection): Promise<void> {
  const hasLeft = note.due_at !== note.disconnected_at; // it is the last look, which comes after all went well
  if (!hasLeft) await takeWebhookAway(deps, note);
  await deps.secrets.remove(hostTokenId(note.connection_id));
}

async function takeWebhookAway(deps: LeaveHostDeps, note: Disconnection): Promise<void> {
  const connection = { ...note, id: note.repository_id };
  if (note.webhook === null || (await isTakenOver(deps, connection))) return;
  try {
    const access = await accessOf(deps.secrets, note);
    const hookId = note.webhook.hook_id ?? (await foundAgain(deps, note, access));
    if (hookId !== null) await removeWebhook(deps, connection, access, hookId);
  } catch (error) {
    const isAway = error instanceof TransientError && deps.now() < note.disconnected_at + HOST_PATIENCE_MS;
    if (isAway || !(error instanceof TransientError || error instanceof UserError)) throw error;
    deps.onLeftAtHost?.(note, error);
  }
}

/** The id of a webhook whose maker died before they noted it: a host finds it by its address when it is made again. */
async function foundAgain(
  deps: LeaveHostDeps,
  { platform, connection_id }: Disconnection,
  access: HostAccess,
): Promise<string | null> {
  const url = webhookAddress(deps.webhooks ?? null, platform);
  if (url === null) return null;
  // It is removed at once, and nothing that this signs is ever taken.
  const secret = new Secret(connection_id);
  const outcome = await deps.hosts[platform].connect(access, { url, secret, hook_id: null });
  return 'hook_id' in outcome ? outcome.hook_id : null;
}
