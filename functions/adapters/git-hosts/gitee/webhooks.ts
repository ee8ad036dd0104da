import { UserError } from '#core/errors.ts';
import type { HostWebhooks } from '#core/ports.ts';

/** What Gitee sends. */
export const giteeWebhooks: HostWebhooks = {
  platform: 'gitee',
  keptHeaders: ['x-gitee-event', 'x-gitee-ping', 'x-gitee-timestamp', 'x-git-oschina-event'],
  verify: async () => null,
  claimedRepository: () => null,
  eventId: () => null,
  parse: () => {
    throw new UserError('invalid_request', 'not yet');
  },
};
