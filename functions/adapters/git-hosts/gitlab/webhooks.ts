import { UserError } from '#core/errors.ts';
import type { HostWebhooks } from '#core/ports.ts';

/** What GitLab sends. */
export const gitlabWebhooks: HostWebhooks = {
  platform: 'gitlab',
  verify: async () => null,
  claimedRepository: () => null,
  eventId: () => null,
  parse: () => {
    throw new UserError('invalid_request', 'not yet');
  },
};
