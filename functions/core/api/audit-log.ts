import { z } from 'zod';
import { Time } from './common.ts';

export const AuditView = z
  .object({
    id: z.string(),
    at: Time,
    caller: z.object({
      kind: z.enum(['user', 'token']),
      id: z.string().meta({ description: 'a person’s e-mail address, or a token’s id' }),
      owner: z.string().nullable().meta({ description: 'the person behind it' }),
    }),
    operation: z.string().meta({ description: 'the operationId of this document' }),
    resource: z.string().meta({ description: 'the path that was asked for' }),
    made: z.string().nullable().meta({ description: 'the id of what was made' }),
    from: z.string().nullable().meta({ description: 'the IP address that the request came from' }),
    request_id: z.string(),
    finished_at: Time.nullable(),
    status: z.int().nullable().meta({
      description: 'the HTTP status of the answer; null: nobody knows whether the change was made',
    }),
  })
  .meta({ id: 'AuditRecord' });

export const AuditList = z.object({ records: z.array(AuditView), next_cursor: z.string().nullable() });
