import { createHash } from 'node:crypto';
import { z } from 'zod';

/** For how long the same key gives the same answer (ms). */
export const IDEMPOTENCY_MS = 24 * 3_600_000;

/** A key as a client sends it (draft-ietf-httpapi-idempotency-key-header): visible ASCII. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1–255 visible ASCII characters');

/** An answer that is given again as it was. */
export const KeptAnswer = z.object({ status: z.int(), body: z.string() });
export type KeptAnswer = z.infer<typeof KeptAnswer>;

/** What became of the first request with a key. */
export const KeyUse = z.object({
  version: z.literal(1),
  /** `requestHash` of that request. */
  request_hash: z.string(),
  started_at: z.int(),
  /** Null until it succeeded; one that failed may be sent again. */
  answer: KeptAnswer.nullable(),
});
export type KeyUse = z.infer<typeof KeyUse>;

/** Whose key for what: nobody meets the key of another, nor that of another operation. */
export function keyId(
  caller: { team: string; kind: string; id: string },
  operation: string,
  key: string,
): string {
  return sha256(JSON.stringify([caller.team, caller.kind, caller.id, operation, key]));
}

/** The same for the same request, in whatever order its fields came. @param request JSON. */
export function requestHash(request: unknown): string {
  return sha256(JSON.stringify(request, inOrder));
}

/** Sorts the keys of every object that JSON.stringify meets. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
