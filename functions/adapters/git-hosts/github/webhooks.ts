import { Webhooks } from '@octokit/webhooks';
import type { HostEvent } from '#core/delivery.ts';
import { UserError } from '#core/errors.ts';
import type { HostRequest, HostWebhooks } from '#core/ports.ts';
import { payloadOf } from './body.ts';
import { aboutOf, otherEvent, shapeOf, TOLD_ELSEWHERE } from './payload.ts';

const DELIVERY_ID = /^[A-Za-z0-9-]{8,64}$/;

/**
 * What GitHub sends. Trust is `X-Hub-Signature-256` over the raw body
 * (docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
 */
export const githubWebhooks: HostWebhooks = {
  platform: 'github',
  keptHeaders: [
    'x-github-event',
    'x-github-delivery',
    'x-github-hook-id',
    'x-github-hook-installation-target-id',
    'x-github-hook-installation-target-type',
    'x-github-enterprise-host',
    'x-github-enterprise-version',
  ],
  async verify(request, secrets) {
    const signature = request.headers['x-hub-signature-256'];
    if (!signature?.startsWith('sha256=') || request.rawBody === '') return null;
    const checks = await Promise.all(
      secrets.map((secret) => new Webhooks({ secret: secret.reveal() }).verify(request.rawBody, signature)),
    );
    return checks.includes(true) ? 'body' : null;
  },
  claimedRepository(request) {
    if (!request.headers['x-hub-signature-256']) return null;
    try {
      const { repository, host_id } = aboutOf(payloadOf(request));
      return repository === null ? null : { full_name: repository, host_id };
    } catch {
      return null; // nobody is told more of an unsigned body than that it is unsigned
    }
  },
  eventId(request) {
    const id = request.headers['x-github-delivery'];
    return id !== undefined && DELIVERY_ID.test(id) ? id : null;
  },
  payload: payloadOf,
  parse,
};

function parse(request: HostRequest): HostEvent {
  const name = request.headers['x-github-event'];
  if (!name) {
    const problems = [{ path: 'x-github-event', message: 'the header is missing' }];
    throw new UserError('invalid_request', 'the header X-GitHub-Event is missing', { problems });
  }
  const json = payloadOf(request);
  const shape = shapeOf(name, json);
  if (shape === null)
    return otherEvent(name, json, Object.hasOwn(TOLD_ELSEWHERE, name) ? TOLD_ELSEWHERE[name] : null);
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }));
  throw new UserError('invalid_request', `the ${name} event is not of the shape that GitHub documents`, {
    problems,
  });
}
