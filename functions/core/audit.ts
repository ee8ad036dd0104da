import { z } from 'zod';

/** How long audit records are kept: 400 days, as long as Google Cloud keeps its own of this kind. */
export const AUDIT_RETENTION_MS = 400 * 24 * 3600 * 1000;

/**
 * What somebody changed, or tried to. Written before the change and completed after it: a record without an
 * outcome is of a change that was begun and of which nobody knows whether it was made.
 */
export const AuditRecord = z.object({
  version: z.literal(1),
  id: z.string(),
  /** The teams that see it: the caller's, and the one whose things an operator changed. */
  teams: z.array(z.string()).min(1).max(2),
  caller: z.object({ kind: z.enum(['user', 'token']), id: z.string(), owner: z.string() }),
  /** The operation's name in the API's document, such as `builds.cancel`. */
  operation: z.string(),
  /** The path that was asked for. */
  resource: z.string().max(1000),
  /** The id of what was made. */
  made: z.string().nullable(),
  /** The address that the request came from; null where nobody told. */
  from: z.string().max(100).nullable(),
  request_id: z.string(),
  at: z.int(),
  finished_at: z.int().nullable(),
  /** The HTTP status of the answer. */
  status: z.int().nullable(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

/** What became of a change. */
export type AuditOutcome = Pick<AuditRecord, 'made' | 'finished_at' | 'status'>;
