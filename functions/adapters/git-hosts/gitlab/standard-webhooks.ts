import { createHmac } from 'node:crypto';
import { safeEqual } from '#core/ids.ts';
import type { HostRequest } from '#core/ports.ts';
import type { Secret } from '#core/secret.ts';

/** How far the sender's clock and ours may be apart, in both directions (s). */
const TOLERANCE_S = 5 * 60;
const PREFIX = 'whsec_';
const TIMESTAMP = /^[0-9]{1,12}$/;
/** One for each of the sender's secrets while one is rotated. More would be many hashes of 25 MB. */
const MAX_SIGNATURES = 8;

/**
 * Whether a request is signed as Standard Webhooks wants it, by this secret and not long ago
 * (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Verifying signatures"): an HMAC-SHA256
 * over id, timestamp and body. By Node's own HMAC: that of the package `standardwebhooks` is JavaScript, which takes
 * five times as long for a body of 25 MB, for each secret; the tests hold the two against each other.
 */
export function isSigned({ headers, rawBody }: HostRequest, secret: Secret, now: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (!id || !signatures || !timestamp || !TIMESTAMP.test(timestamp)) return false;
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_S) return false;
  const text = secret.reveal();
  const key = Buffer.from(text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text, 'base64');
  if (key.length === 0) return false;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest('base64');
  return signatures.split(' ', MAX_SIGNATURES).some((signature) => safeEqual(signature, `v1,${expected}`));
}
