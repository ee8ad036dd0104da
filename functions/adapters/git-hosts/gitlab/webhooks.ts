import { UserError } from '#core/errors.ts';
import type { HostWebhooks } from '#core/ports.ts';

/** What GitLab sends. */
export const gitlabWebhooks: HostWebhooks = {
  platform: 'gitlab',
  keptHeaders: [
    'x-gitlab-event',
    'x-gitlab-event-uuid',
    'x-gitlab-webhook-uuid',
    'x-gitlab-instance',
    'idempotency-key',
    'webhook-id',
    'webhook-timestamp',
  ],
  verify: async () => null,
  claimedRepository: () => null,
  eventId: () => null,
  parse: () => {
    throw new UserError('invalid_request', 'not yet');
  },
};
