import { UserError } from '#core/errors.ts';
import { safeEqual } from '#core/ids.ts';
import type { HostRequest, HostWebhooks } from '#core/ports.ts';
import { claimIn, payloadOf, shaped } from '../payload.ts';
import { Claim, EVENTS, namedIn } from './payload.ts';
import { isSigned } from './standard-webhooks.ts';

/** A UUID, or what another sender of Standard Webhooks would take. */
const EVENT_ID = /^[A-Za-z0-9_-]{8,128}$/;

/**
 * What GitLab sends. Since 19.0 a webhook may have a signing token, and signs id, time and body with it
 * (docs.gitlab.com/user/project/integrations/webhooks). An older one can only send its secret along, in
 * `X-Gitlab-Token`: whoever has seen one delivery can make another, so that proves the sender and nothing of the body.
 */
export const gitlabWebhooks: HostWebhooks = {
  platform: 'gitlab',
  keptHeaders: [
    'x-gitlab-event',
    'x-gitlab-instance',
    'x-gitlab-event-uuid',
    'x-gitlab-webhook-uuid',
    'idempotency-key',
    'webhook-id',
    'webhook-timestamp',
  ],
  async verify(request, secrets, now) {
    if (request.rawBody === '') return null;
    if (secrets.some((secret) => isSigned(request, secret, now))) return 'body';
    const token = request.headers['x-gitlab-token'];
    if (!token) return null;
    // All are compared: the time does not tell which it was.
    const matches = secrets.filter((secret) => safeEqual(token, secret.reveal()));
    return matches.length > 0 ? 'sender' : null;
  },
  claimedRepository(request) {
    if (!request.headers['webhook-signature'] && !request.headers['x-gitlab-token']) return null;
    const claim = claimIn(request, Claim);
    return claim && namedIn(claim);
  },
  /**
   * `webhook-id` is signed, and the same as `Idempotency-Key`, which stays when GitLab repeats a delivery. The UUID of
   * the event is what versions before 17 have. Two webhooks of one project send different ones.
   */
  eventId({ headers }) {
    const id = headers['webhook-id'] ?? headers['idempotency-key'] ?? headers['x-gitlab-event-uuid'];
    return id !== undefined && EVENT_ID.test(id) ? id : null;
  },
  payload: (request) => payloadOf(request),
  parse(request) {
    const name = eventName(request);
    const payload = payloadOf(request);
    const schema = Object.hasOwn(EVENTS, name) ? EVENTS[name] : undefined;
    if (schema) return shaped(schema, payload, name, 'GitLab');
    const claim = Claim.safeParse(payload).data;
    const { full_name = null, host_id = null } = claim ? namedIn(claim) : {};
    return { kind: 'other', name: name.slice(0, 64), repository: full_name, host_id, why: null };
  },
};

function eventName({ headers }: HostRequest): string {
  const name = headers['x-gitlab-event'];
  if (name) return name;
  const problems = [{ path: 'x-gitlab-event', message: 'the header is missing' }];
  throw new UserError('invalid_request', 'the header X-Gitlab-Event is missing', { problems });
}
