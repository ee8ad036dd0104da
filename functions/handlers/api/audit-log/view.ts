import type { z } from '@hono/zod-openapi';
import type { AuditView } from '#core/api/audit-log.ts';
import { iso, isoOrNull } from '#core/api/common.ts';
import type { AuditRecord } from '#core/audit.ts';
import { personIn } from '#core/token.ts';

/** An audit record as admins see it. */
export function auditView(record: AuditRecord): z.infer<typeof AuditView> {
  const { version: _, teams: __, caller, at, finished_at, ...shown } = record;
  const owner = personIn(caller.owner);
  return { ...shown, caller: { ...caller, owner }, at: iso(at), finished_at: isoOrNull(finished_at) };
}
