import { UserError } from '#core/errors.ts';
import type { HostRequest } from '#core/ports.ts';
import { formField } from '../form.ts';
import { payloadOf as payloadIn } from '../payload.ts';

/**
 * What a delivery says. GitHub sends it as JSON, or in the field `payload` of a form: the webhook's owner chooses
 * (docs.github.com/en/webhooks/webhook-events-and-payloads#webhook-payload-object-common-properties). The signature
 * is over the body as it is sent, either way. Throws UserError('invalid_request').
 */
export function payloadOf(request: HostRequest): unknown {
  return payloadIn(request, ({ rawBody }) => (isForm(request) ? fieldOf(rawBody) : rawBody));
}

function isForm({ headers }: HostRequest): boolean {
  return /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(headers['content-type'] ?? '');
}

function fieldOf(form: string): string {
  const payload = formField(form, 'payload');
  if (payload !== null) return payload;
  const problems = [{ path: 'payload', message: 'the field is missing' }];
  throw new UserError('invalid_request', 'the form has no field payload', { problems });
}
