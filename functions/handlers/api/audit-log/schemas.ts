import { z } from '@hono/zod-openapi';
import { Time } from '../schemas.ts';

export const AuditView = z
  .object({
    id: z.string(),
    at: Time,
    caller: z.object({
      kind: z.enum(['user', 'token']),
      id: z.string().openapi({ description: 'a person’s e-mail address, or a token’s id' }),
      owner: z.string().nullable().openapi({ description: 'the person behind it' }),
    }),
    operation: z.string().openapi({ description: 'the operationId of this document' }),
    resource: z.string().openapi({ description: 'the path that was asked for' }),
    made: z.string().nullable().openapi({ description: 'the id of what was made' }),
    from: z.string().nullable().openapi({ description: 'the IP address that the request came from' }),
    request_id: z.string(),
    finished_at: Time.nullable(),
    status: z.int().nullable().openapi({
      description: 'the HTTP status of the answer; null: nobody knows whether the change was made',
    }),
  })
  .openapi('AuditRecord');
