import { createMiddleware } from 'hono/factory';
import type { Permission } from '#core/access.ts';
import { UserError } from '#core/errors.ts';
import type { ApiEnv } from './context.ts';

/**
 * What every route says of itself: the name of the operation, and the one permission that it takes. The
 * document shows both, and nothing of a request is looked at before the permission was.
 */
export function allowed<const Name extends string>(operationId: Name, permission: Permission) {
  const guard = createMiddleware<ApiEnv>(async (context, next) => {
    const { permissions, kind, role } = context.get('caller');
    if (!permissions.has(permission)) {
      const who = kind === 'token' ? 'this token' : `a ${role}`;
      throw new UserError('forbidden', `${who} may not do this: it takes the permission ${permission}`);
    }
    await next();
  });
  return {
    operationId,
    security: [{ token: [] }],
    middleware: guard,
    'x-bitflow-permission': permission,
  };
}
