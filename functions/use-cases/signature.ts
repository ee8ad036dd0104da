import { UserError } from '#core/errors.ts';
import { eventKey, safeEqual, signBody } from '#core/ids.ts';
import type { Secret } from '#core/secret.ts';

/** Throws UserError('invalid_signature') unless the builder of the named attempt signed these very bytes. */
export function demandSignature(
  key: Secret,
  about: { readonly build_id: string; readonly attempt: number },
  message: { readonly body: Uint8Array; readonly attributes: Readonly<Record<string, string>> },
): void {
  const expected = signBody(eventKey(key, about.build_id, about.attempt), message.body);
  if (safeEqual(message.attributes.signature ?? '', expected)) return;
  throw new UserError(
    'invalid_signature',
    `the message about build ${about.build_id} is not signed by its builder`,
  );
}
