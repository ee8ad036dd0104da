import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { IdempotencyKey, keyId, requestHash } from '#core/idempotency.ts';
import { idempotent } from '#use-cases/idempotent.ts';
import type { ApiEnv } from './context.ts';

export const KeyHeader = z.object({
  'idempotency-key': IdempotencyKey.optional().openapi({
    description: 'The same key and request give the same answer for 24 h; another request with it, 409.',
  }),
});

/** What an answer says beside its content, of an operation that takes a key. */
export const REPLAYED = {
  headers: {
    'Idempotent-Replayed': {
      description: 'There where the answer is that of an earlier request with this key.',
      schema: { type: 'string' as const, enum: ['true'] },
    },
  },
};

/** Makes a thing once for the request's key, where it has one. @returns how callers see it: of `schema`. */
export async function once<View>(
  context: Context<ApiEnv>,
  {
    operation,
    key,
    request,
    schema,
  }: { operation: string; key: string | undefined; request: unknown; schema: z.ZodType<View> },
  make: (unique: string) => Promise<View>,
): Promise<View> {
  const deps = context.get('deps');
  if (key === undefined) return make(deps.unique());
  const id = keyId(context.get('caller'), operation, key);
  const answer = await idempotent(deps, { id, requestHash: requestHash(request) }, async (unique) => ({
    status: 201,
    body: JSON.stringify(await make(unique)),
  }));
  if (answer.replayed) context.header('idempotent-replayed', 'true');
  return schema.parse(JSON.parse(answer.body));
}
