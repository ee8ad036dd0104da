import { createHmac, randomUUID } from 'node:crypto';
import type { Platform } from '#core/repository.ts';

/** A request to `webhooks`. */
export interface HostDelivery {
  readonly platform: Platform;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer<ArrayBuffer>;
}

/** A push, as much of it as tests care for. */
export interface HostPush {
  readonly fullName: string;
  readonly ref: string;
  readonly after: string;
  /** Further members of the payload, as JSON text: `"a":1`. */
  readonly more?: string;
}

const ZERO = '0'.repeat(40);

interface Sender {
  payload(push: HostPush): object;
  headers(secret: string, body: string | Buffer): Record<string, string>;
}

/** How each host sends a push, signed as it does by itself. */
const SENDERS: Readonly<Record<Platform, Sender>> = {
  github: {
    payload: ({ fullName, ref, after }) => ({
      ref,
      before: ZERO,
      after,
      deleted: false,
      repository: { full_name: fullName },
      head_commit: { id: after, message: 'a change' },
    }),
    headers: (secret, body) => ({
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    }),
  },
  gitlab: {
    payload: ({ fullName, ref, after }) => ({
      object_kind: 'push',
      ref,
      before: ZERO,
      after,
      checkout_sha: after,
      project: { path_with_namespace: fullName },
    }),
    headers: (secret, body) => {
      const id = randomUUID();
      const at = String(Math.floor(Date.now() / 1000));
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
      const signature = createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest('base64');
      return {
        'x-gitlab-event': 'Push Hook',
        'idempotency-key': id,
        'webhook-id': id,
        'webhook-timestamp': at,
        'webhook-signature': `v1,${signature}`,
      };
    },
  },
  gitee: {
    payload: ({ fullName, ref, after }) => ({
      hook_name: 'push_hooks',
      ref,
      before: ZERO,
      after,
      timestamp: String(Date.now()),
      repository: { full_name: fullName, path_with_namespace: fullName },
    }),
    headers: (secret) => {
      const at = String(Date.now());
      const token = createHmac('sha256', secret).update(`${at}\n${secret}`).digest('base64');
      return { 'x-gitee-event': 'Push Hook', 'x-gitee-timestamp': at, 'x-gitee-token': token };
    },
  },
};

/** The text of a push. */
export function pushText(platform: Platform, push: HostPush): string {
  const text = JSON.stringify(SENDERS[platform].payload(push));
  return push.more === undefined ? text : `${text.slice(0, -1)},${push.more}}`;
}

/** A body as the host sends it, signed with the webhook's secret. */
export function signedBody(
  platform: Platform,
  secret: string,
  body: HostDelivery['body'],
  headers: Readonly<Record<string, string>> = {},
): HostDelivery {
  const signed = SENDERS[platform].headers(secret, body);
  return { platform, headers: { 'content-type': 'application/json', ...signed, ...headers }, body };
}
