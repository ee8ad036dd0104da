import type { WebhookOutcome } from './ports.ts';
import type { ConnectedWebhook, Platform } from './repository.ts';

/** Where a host sends its events to. @param webhooks the address of the function of that name; null: nobody said it. */
export function webhookAddress(webhooks: string | null, platform: Platform): string | null {
  return webhooks && `${webhooks}/v1/webhooks/${platform}/events`;
}

/** The host said no, or was away; `in_doubt`: it may have done it nevertheless. */
export interface SetUpFailure {
  readonly kind: 'failed';
  readonly why: string;
  readonly in_doubt: boolean;
}

/**
 * The webhook that somebody begins to make or repair: noted before the host is asked, so that a death in between
 * leaves none that nobody knows of, and that what comes through it at once is not overwritten.
 * @param head the commit of the default branch; null: not known, or none yet.
 */
export function begun(webhook: ConnectedWebhook, at: number, head: string | null): ConnectedWebhook {
  return { ...webhook, state: 'waiting', why: null, set_up_at: at, head_at_set_up: head };
}

/**
 * The webhook after the host was asked. What comes through it while it is being set up makes it `working`, and so it
 * stays; another one that was made meanwhile stays, too.
 * @param known as it is now. @param before as it was before it was begun.
 */
export function settled(
  known: ConnectedWebhook,
  before: ConnectedWebhook,
  outcome: WebhookOutcome | SetUpFailure,
): ConnectedWebhook {
  switch (outcome.kind) {
    case 'made':
    case 'repaired':
      return { ...known, hook_id: known.hook_id === before.hook_id ? outcome.hook_id : known.hook_id };
    case 'covered':
      return { ...withoutOurs(known), state: 'working', why: 'the installation’s own webhook tells of it' };
    case 'manual': {
      const works = before.state === 'working' || known.state === 'working';
      return { ...withoutOurs(known), state: works ? 'working' : 'manual', why: outcome.why };
    }
    case 'failed':
      // What came through it meanwhile was signed with the secret that it had before.
      if (known.state === 'working') return { ...known, why: outcome.why };
      return { ...(outcome.in_doubt ? known : withoutOurs(known)), state: 'manual', why: outcome.why };
  }
}

/** The webhook that the host could not try. */
export function untried(known: ConnectedWebhook): ConnectedWebhook {
  if (known.state !== 'waiting') return known;
  return { ...known, why: 'the host could not try it yet: the next push does' };
}

/** Nothing was made. One that was there before is there still. */
function withoutOurs(known: ConnectedWebhook): ConnectedWebhook {
  return { ...known, set_up_at: known.hook_id === null ? null : known.set_up_at };
}
