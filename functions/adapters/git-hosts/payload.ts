import type { z } from 'zod';
import { UserError } from '#core/errors.ts';
import type { HostRequest } from '#core/ports.ts';
import { boundedJson } from './bounded-json.ts';

const parsed = new WeakMap<HostRequest, { readonly body: unknown } | { readonly error: unknown }>();

/**
 * The JSON of a request, within bounds, parsed once however often it is asked for.
 * @param textOf where the JSON is, for a host that sends it otherwise than as the body.
 * Throws UserError('invalid_request') where it is none.
 */
export function payloadOf(
  request: HostRequest,
  textOf = ({ rawBody }: HostRequest): string => rawBody,
): unknown {
  const known = parsed.get(request) ?? outcome(() => boundedJson(textOf(request)));
  parsed.set(request, known);
  if ('error' in known) throw known.error;
  return known.body;
}

function outcome(read: () => unknown): { body: unknown } | { error: unknown } {
  try {
    return { body: read() };
  } catch (error) {
    return { error };
  }
}

/** The JSON of a request for those who ask before it is verified: nobody is told more than that it is unsigned. */
export function claimIn<T>(
  request: HostRequest,
  claim: z.ZodType<T>,
  textOf?: (request: HostRequest) => string,
): T | null {
  try {
    return claim.safeParse(payloadOf(request, textOf)).data ?? null;
  } catch {
    return null;
  }
}

/** A payload through its schema. Throws UserError('invalid_request') that names each field that is not as it should be. */
export function shaped<T>(schema: z.ZodType<T>, payload: unknown, event: string, host: string): T {
  const checked = schema.safeParse(payload);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new UserError('invalid_request', `the ${event} is not of the shape that ${host} documents`, {
    problems,
  });
}
