import type { Platform } from '#core/repository.ts';

/** What a git host calls the things that people enter or click there. */
export interface HostWords {
  readonly name: string;
  /** Where a repository's webhooks are made. */
  readonly webhooks: string;
  /** What is entered there beside the address and the secret, in the words of its page. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** What the field of the secret is called. */
  readonly secret: string;
  /** The token with which the service can do it. */
  readonly token: string;
}

export const HOSTS: Readonly<Record<Platform, HostWords>> = {
  github: {
    name: 'GitHub',
    webhooks: 'Settings > Webhooks > Add webhook',
    fields: [
      ['content type', 'application/json'],
      ['events', 'Pushes, Pull requests, Repositories'],
    ],
    secret: 'secret',
    token: 'a fine-grained token for the repository: contents read, webhooks and commit statuses write',
  },
  gitlab: {
    name: 'GitLab',
    webhooks: 'Settings > Webhooks > Add new webhook',
    fields: [['trigger', 'Push events, Tag push events, Merge request events']],
    secret: 'secret token',
    token: 'a project access token: role Maintainer, scope api',
  },
  gitee: {
    name: 'Gitee',
    webhooks: '管理 > WebHooks > 添加 WebHook',
    fields: [['events', 'Push, Tag Push, Pull Request']],
    secret: '签名密钥',
    token: 'a personal access token: projects, pull_requests, notes, hook',
  },
};

/** The host that an address belongs to by its name, as `gitlab.com` and `gitlab.example.com` do; undefined: it does not say. */
export function platformNamed(host: string): Platform | undefined {
  const labels = host.toLowerCase().replace(/:\d+$/, '').split('.');
  return (['github', 'gitlab', 'gitee'] as const).find((platform) => labels.includes(platform));
}
