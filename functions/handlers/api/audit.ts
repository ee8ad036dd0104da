import { z } from '@hono/zod-openapi';
import type { Context, Next } from 'hono';
import { log } from '#adapters/log.ts';
import type { AuditRecord } from '#core/audit.ts';
import { ERROR_CODES } from '#core/error-codes.ts';
import { UserError } from '#core/errors.ts';
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
  await store.auditLog.finish(record.id, outcome).catch((error: unknown) => unfinished(record.id, error));
}

/** Keeps a record of a change that the caller may not make. */
export async function auditRefusal(context: Context<ApiEnv>, operation: string): Promise<void> {
  if (!changes(context, operation)) return;
  const record = recordOf(context, operation);
  const { store } = context.get('deps');
  await store.auditLog.begin({ ...record, finished_at: record.at, status: ERROR_CODES.forbidden.status });
}

/**
 * Keeps a record of a change that is not its route's as a whole, or that somebody makes who is not the caller of the
 * request: they sign in by it.
 * @param madeOf the id of what was made; null: nothing was.
 */
export async function recorded<T>(
  context: Context<ApiEnv>,
  operation: string,
  { caller, team }: { readonly caller: AuditRecord['caller']; readonly team: string },
  change: () => Promise<T>,
  madeOf: (result: T) => string | null = () => null,
): Promise<T> {
  const { store, now } = context.get('deps');
  const record = newRecord(context, operation, caller, [team]);
  await store.auditLog.begin(record);
  const finish = (status: number, made: string | null) =>
    store.auditLog
      .finish(record.id, { made, finished_at: now(), status })
      .catch((error: unknown) => unfinished(record.id, error));
  try {
    const result = await change();
    await finish(200, madeOf(result));
    return result;
  } catch (error) {
    if (error instanceof UserError) await finish(ERROR_CODES[error.code].status, null);
    throw error;
  }
}

/** A person, as audit records name them, and the team that they do something for. */
export function personIn({ email, team }: { readonly email: string; readonly team: string }) {
  return { caller: { kind: 'user', id: email, owner: email } as const, team };
}

function unfinished(id: string, error: unknown): void {
  log('WARNING', `the audit record ${id} has no outcome`, { error });
}

function changes(context: Context<ApiEnv>, operation: string): boolean {
  return !SAFE_METHODS.has(context.req.method) && !SAFE_OPERATIONS.has(operation);
}

function recordOf(context: Context<ApiEnv>, operation: string): AuditRecord {
  const { kind, id, owner, team, permissions } = context.get('caller');
  const { path } = context.req;
  // What an operator changes of another team, that team sees too.
  const named = permissions.has('installation:operate') ? /^\/v1\/teams\/([^/]+)/.exec(path)?.[1] : undefined;
  const other = TeamId.safeParse(named).data;
  const teams = other === undefined || other === team ? [team] : [team, other];
  return newRecord(context, operation, { kind, id, owner }, teams);
}

function newRecord(
  context: Context<ApiEnv>,
  operation: string,
  caller: AuditRecord['caller'],
  teams: string[],
): AuditRecord {
  const requestId = context.get('requestId');
  return {
    version: 1,
    id: `a-${requestId}`,
    teams,
    caller,
    operation,
    resource: context.req.path.slice(0, 1000),
    made: null,
    from: context.get('from'),
    request_id: requestId,
    at: context.get('deps').now(),
    finished_at: null,
    status: null,
  };
}
