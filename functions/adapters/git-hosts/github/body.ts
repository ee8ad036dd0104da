import { UserError } from '#core/errors.ts';
import type { HostRequest } from '#core/ports.ts';

/** What has been read already: a body is read to find who may have signed it, and again to parse it. */
const read = new WeakMap<HostRequest, unknown>();

/**
 * What a delivery says. GitHub sends it as JSON, or in the field `payload` of a form: the webhook's owner chooses
 * (docs.github.com/en/webhooks/webhook-events-and-payloads#webhook-payload-object-common-properties). The signature
 * is over the body as it is sent, either way. Throws UserError('invalid_request').
 */
export function payloadOf(request: HostRequest): unknown {
  if (read.has(request)) return read.get(request);
  const payload = jsonOf(isForm(request) ? fieldOf(request.rawBody) : request.rawBody);
  read.set(request, payload);
  return payload;
}

function isForm({ headers }: HostRequest): boolean {
  return /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(headers['content-type'] ?? '');
}

function fieldOf(form: string): string {
  const payload = new URLSearchParams(form).get('payload');
  if (payload !== null) return payload;
  const problems = [{ path: 'payload', message: 'the field is missing' }];
  throw new UserError('invalid_request', 'the form has no field payload', { problems });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError('invalid_request', 'the body is not JSON', {
      cause,
      problems: [{ path: '', message: 'is not JSON' }],
    });
  }
}
