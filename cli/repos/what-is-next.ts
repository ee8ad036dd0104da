import type { Answer } from '../kit/operations.ts';
import { clean } from '../kit/text.ts';
import { HOSTS } from './hosts.ts';

/** What a newcomer does once a repository is connected, in order. */
export function whatIsNext(
  repository: Answer<'repositories.get'>,
  { secret, push }: { readonly secret: string | null; readonly push: string },
): string[] {
  const { webhook, full_name } = repository;
  const { name } = HOSTS[repository.platform];
  const why = webhook.why === null ? '' : `: ${clean(webhook.why)}`;
  const though = webhook.why === null ? '' : ` (${clean(webhook.why)})`;
  switch (webhook.state) {
    case 'working':
      return [`Its webhook works${though}.`, '', ...steps(push)];
    case 'waiting':
      return [
        `Its webhook is there, and ${name} has not tried it yet${why}.`,
        `Push a commit, and see whether it works: bitflow repos show ${clean(full_name)}`,
        '',
        ...steps(push),
      ];
    case 'lost':
      return [`Its webhook does not work${why}.`];
    case 'manual':
      return ['', ...byHand(repository, secret), ...steps(push, 2)];
  }
}

const steps = (push: string, from = 1): string[] => [
  `${from}. Push a commit: ${push}`,
  `${from + 1}. Watch it being built: bitflow builds watch`,
];

/** How a webhook is made at its host, and how the service does it. */
function byHand(repository: Answer<'repositories.get'>, secret: string | null): string[] {
  const { platform, clone_url, webhook, webhook_url: known } = repository;
  const { name, webhooks, fields, secret: field, token } = HOSTS[platform];
  const { host, hostname } = new URL(clone_url);
  const isLocal = hostname === 'localhost' || hostname.startsWith('127.');
  const rows = [
    ['address', clean(known ?? `https://WEBHOOKS/v1/webhooks/${platform}/events`)],
    ...fields,
    ...(secret === null ? [] : [[field, clean(secret)]]),
  ] as const;
  const widest = Math.max(...rows.map(([title]) => title.length));
  return [
    ...(webhook.why === null ? [] : [`It has no webhook: ${clean(webhook.why)}.`]),
    isLocal
      ? `1. The git server of \`bitflow dev\` tells of pushes by itself. Another one at ${clean(host)} needs a webhook:`
      : `1. Add a webhook at ${clean(host)} (${webhooks}):`,
    ...rows.map(([title, value]) => `     ${title.padEnd(widest)}   ${value}`),
    ...(known === null ? ['   WEBHOOKS is where your installation takes webhooks: its operator knows.'] : []),
    secret === null
      ? '   The secret was shown when it was connected. A new one: bitflow repos rotate-webhook-secret'
      : '   The secret is shown this once. A new one: bitflow repos rotate-webhook-secret',
    `   Or have it made with a token of ${name}’s (${token}): bitflow repos connect --token`,
  ];
}
