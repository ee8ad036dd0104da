import type { z } from '@hono/zod-openapi';
import { type Caller, Permission } from '#core/access.ts';
import { isoOrNull } from '#core/api/common.ts';
import type { MeView } from '#core/api/me.ts';
import { type Principal, principalId } from '#core/principal.ts';
import { personIn } from '#core/token.ts';

/** Callers as they see themselves. @param caller for the team that they act for; null: for none. */
export function meView(principal: Principal, caller: Caller | null): z.infer<typeof MeView> {
  const memberships =
    principal.kind === 'user' ? principal.memberships : [{ team: principal.team.id, role: principal.role }];
  return {
    kind: principal.kind,
    id: principalId(principal),
    owner: principal.kind === 'user' ? principal.email : personIn(principal.token.owner),
    teams: memberships.map(({ team, role }) => ({ id: team, role })),
    acting_for: caller && {
      team: caller.team,
      role: caller.role,
      permissions: Permission.options.filter((permission) => caller.permissions.has(permission)),
    },
    expires_at: isoOrNull(caller?.expires_at ?? null),
  };
}
