import type { HostWebhooks } from '#core/ports.ts';
import type { Platform } from '#core/repository.ts';
import { giteeWebhooks } from './gitee/webhooks.ts';
import { githubWebhooks } from './github/webhooks.ts';
import { gitlabWebhooks } from './gitlab/webhooks.ts';

/** What each host sends. Apart from index.ts, so that `webhooks` has none of the hosts' API clients in it. */
export const HOST_WEBHOOKS: Readonly<Record<Platform, HostWebhooks>> = {
  github: githubWebhooks,
  gitlab: gitlabWebhooks,
  gitee: giteeWebhooks,
};
