import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '#core/errors.ts';
import { safeEqual } from '#core/ids.ts';
import type { HostRequest, HostWebhooks } from '#core/ports.ts';
import type { Secret } from '#core/secret.ts';
import { claimIn, payloadOf, shaped } from '../payload.ts';
import { Claim, EVENTS } from './payload.ts';

/** By how much the time of a signature may differ from ours. */
const TOLERANCE_MS = 3_600_000;
const TIMESTAMP = /^[0-9]{1,15}$/;

/**
 * What Gitee sends. A webhook has a password, which is sent along, or a key, with which the time is signed: in both
 * cases whoever has seen one delivery can make others, so this proves the sender and nothing of the body
 * (help.gitee.com/webhook/how-to-verify-webhook-keys).
 */
export const giteeWebhooks: HostWebhooks = {
  platform: 'gitee',
  keptHeaders: ['x-gitee-event', 'x-gitee-ping', 'x-gitee-timestamp', 'x-git-oschina-event', 'x-request-id'],
  async verify({ headers, rawBody }, secrets, now) {
    const token = headers['x-gitee-token'];
    if (!token || rawBody === '') return null;
    const timestamp = timeIn(headers['x-gitee-timestamp'], now);
    // All are compared: the time does not tell which it was.
    const matches = secrets.filter(
      (secret) => isPassword(token, secret) || isSigned(token, timestamp, secret),
    );
    return matches.length > 0 ? 'sender' : null;
  },
  claimedRepository(request) {
    return request.headers['x-gitee-token'] ? claimIn(request, Claim) : null;
  },
  /** It sends none: the body has the time in it, so two pushes of the same are two. */
  eventId: () => null,
  payload: (request) => payloadOf(request),
  parse(request) {
    const payload = payloadOf(request);
    const { full_name: repository = null, host_id = null } = Claim.safeParse(payload).data ?? {};
    if (request.headers['x-gitee-ping'] === 'true') return { kind: 'ping', repository, host_id };
    const name = eventName(request, payload);
    const schema = Object.hasOwn(EVENTS, name) ? EVENTS[name] : undefined;
    if (schema) return shaped(schema, payload, name, 'Gitee');
    return { kind: 'other', name: name.slice(0, 64), repository, host_id, why: null };
  },
};

/** The time of a signature, as it was signed; null where it is none, or too far from now. */
function timeIn(timestamp: string | undefined, now: number): string | null {
  if (timestamp === undefined || !TIMESTAMP.test(timestamp)) return null;
  return Math.abs(now - Number(timestamp)) <= TOLERANCE_MS ? timestamp : null;
}

function isPassword(token: string, secret: Secret): boolean {
  return safeEqual(token, secret.reveal());
}

/** Gitee's page says that the signature is URL-encoded; what it sends is plain. */
function isSigned(token: string, timestamp: string | null, secret: Secret): boolean {
  if (timestamp === null) return false;
  const key = secret.reveal();
  const signature = createHmac('sha256', key).update(`${timestamp}\n${key}`).digest('base64');
  return [signature, encodeURIComponent(signature)].map((made) => safeEqual(token, made)).includes(true);
}

const HookName = z.object({ hook_name: z.string().min(1) });

/** `push_hooks`: in the body, and in the header as such or as `Push Hook`. */
function eventName({ headers }: HostRequest, payload: unknown): string {
  const name = HookName.safeParse(payload).data?.hook_name ?? headers['x-gitee-event'];
  if (name)
    return name
      .toLowerCase()
      .replaceAll(' ', '_')
      .replace(/_hook$/, '_hooks');
  const problems = [{ path: 'hook_name', message: 'is missing' }];
  throw new UserError('invalid_request', 'neither the body nor the header X-Gitee-Event names an event', {
    problems,
  });
}
