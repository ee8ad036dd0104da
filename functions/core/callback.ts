import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { BuildErrorCode, BuilderType, BuildResult, Digest, Stage } from './build.ts';
import { Fault } from './events.ts';

/** The header with the signature of a callback's body, in the form that GitHub gives its webhooks. */
export const CALLBACK_SIGNATURE_HEADER = 'x-bitflow-signature-256';

const HEAD = { version: z.literal(1), build_id: z.string().min(1).max(128) };

/**
 * What a builder that cannot publish says of its build, over HTTP: first `RUNNING`, then `SUCCEEDED` or
 * `FAILED`, each once. Times are ms since the epoch.
 */
export const CallbackMessage = z
  .discriminatedUnion('status', [
    z.object({ ...HEAD, status: z.literal('RUNNING'), at: z.int().nonnegative() }),
    z.object({
      ...HEAD,
      status: z.literal('SUCCEEDED'),
      at: z.int().nonnegative(),
      /** The digest of the image that was pushed: that of its index. */
      digest: Digest,
      result: BuildResult,
      stages: z.array(Stage).max(16),
    }),
    z.object({
      ...HEAD,
      status: z.literal('FAILED'),
      at: z.int().nonnegative(),
      /** Why, in words for the person who pushed. */
      reason: z.string().max(4000),
      code: BuildErrorCode,
      fault: Fault,
      builder_type: BuilderType.exclude(['auto']).nullable(),
      stages: z.array(Stage).max(16),
    }),
  ])
  .refine((message) => message.status !== 'SUCCEEDED' || message.digest === message.result.index_digest, {
    path: ['digest'],
    message: 'must be the digest of the index in result',
  });
export type CallbackMessage = z.infer<typeof CallbackMessage>;

/** The signature of a callback's exact bytes, keyed by its token: `sha256=` and the HMAC-SHA256 in hex. */
export function signCallback(token: string, body: string | Uint8Array): string {
  return `sha256=${createHmac('sha256', token).update(body).digest('hex')}`;
}
