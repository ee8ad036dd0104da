import { createMiddleware } from 'hono/factory';
import type { Permission } from '#core/access.ts';
import { UserError } from '#core/errors.ts';
import { actFor } from '#use-cases/act-for.ts';
import { audited, auditRefusal } from './audit.ts';
import type { ApiEnv } from './context.ts';

/**
 * What every route says of itself: the name of the operation, and the one permission that it takes. The
 * document shows both, and nothing of a request is looked at before the permission was. What changes something
 * leaves an audit record.
 */
export function allowed<const Name extends string>(operationId: Name, permission: Permission) {
  const guard = createMiddleware<ApiEnv>(async (context, next) => {
    const { store } = context.get('deps');
    const caller = await actFor(store, context.get('principal'), context.req.header('x-bitflow-team'));
    context.set('caller', caller);
    if (caller.permissions.has(permission)) return audited(context, operationId, next);
    await auditRefusal(context, operationId);
    const who = caller.kind === 'token' ? 'this token' : `the role ${caller.role}`;
    throw new UserError('forbidden', `${who} may not do this: it takes the permission ${permission}`);
  });
  return {
    operationId,
    security: [{ token: [] }],
    middleware: guard,
    'x-bitflow-permission': permission,
  };
}

/** A route for everybody who is signed in, whatever team they are in: it takes no permission. */
export function signedIn<const Name extends string>(operationId: Name) {
  return { operationId, security: [{ token: [] }], 'x-bitflow-permission': null };
}
