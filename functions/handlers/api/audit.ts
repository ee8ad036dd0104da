import { z } from '@hono/zod-openapi';
import type { Context, Next } from 'hono';
import { log } from '#adapters/log.ts';
import type { AuditRecord } from '#core/audit.ts';
import { ERROR_CODES } from '#core/error-codes.ts';
import { TeamId } from '#core/team.ts';
import type { ApiEnv } from './context.ts';

/** Methods that change nothing (RFC 9110, section 9.2.1), and operations that only say what would be. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const SAFE_OPERATIONS = new Set(['builds.plan']);

/** The part of an answer that names what was made. */
const Made = z.object({ id: z.string().max(300) });

/**
 * Keeps a record of a change: before it is made, and its outcome after it. A death in between leaves the record
 * without an outcome; a record that cannot be written lets nothing be changed.
 */
export async function audited(context: Context<ApiEnv>, operation: string, next: Next): Promise<void> {
  if (!changes(context, operation)) return next();
  const { store, now } = context.get('deps');
  const record = recordOf(context, operation);
  await store.auditLog.begin(record);
  await next();
  const { res } = context;
  const made = res.status === 201 ? Made.safeParse(await res.clone().json()) : null;
  const outcome = { made: made?.data?.id ?? null, finished_at: now(), status: res.status };
  // The change is made: that its record stays without an outcome is nothing to answer with an error.
  await store.auditLog.finish(record.id, outcome).catch((error: unknown) => {
    log('WARNING', `the audit record ${record.id} has no outcome`, { error, ...outcome });
  });
}

/** Keeps a record of a change that the caller may not make. */
export async function auditRefusal(context: Context<ApiEnv>, operation: string): Promise<void> {
  if (!changes(context, operation)) return;
  const record = recordOf(context, operation);
  const { store } = context.get('deps');
  await store.auditLog.begin({ ...record, finished_at: record.at, status: ERROR_CODES.forbidden.status });
}

function changes(context: Context<ApiEnv>, operation: string): boolean {
  return !SAFE_METHODS.has(context.req.method) && !SAFE_OPERATIONS.has(operation);
}

function recordOf(context: Context<ApiEnv>, operation: string): AuditRecord {
  const { kind, id, owner, team, permissions } = context.get('caller');
  const requestId = context.get('requestId');
  const { path } = context.req;
  // What an operator changes of another team, that team sees too.
  const named = permissions.has('installation:operate') ? /^\/v1\/teams\/([^/]+)/.exec(path)?.[1] : undefined;
  const other = TeamId.safeParse(named).data;
  return {
    version: 1,
    id: `a-${requestId}`,
    teams: other === undefined || other === team ? [team] : [team, other],
    caller: { kind, id, owner },
    operation,
    resource: path.slice(0, 1000),
    made: null,
    from: context.get('from'),
    request_id: requestId,
    at: context.get('deps').now(),
    finished_at: null,
    status: null,
  };
}
