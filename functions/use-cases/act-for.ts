import { type Caller, permissionsOf } from '#core/access.ts';
import { UserError } from '#core/errors.ts';
import type { Member } from '#core/member.ts';
import type { Store } from '#core/ports.ts';
import type { Principal } from '#core/principal.ts';
import { permissionsOfToken } from '#core/token.ts';

/**
 * The caller for a team: the one that the header `X-Bitflow-Team` names, else the only one there is.
 * Throws UserError('forbidden') for a team that the caller is not in, 'invalid_request' where it is not clear
 * which is meant.
 */
export async function actFor(
  store: Pick<Store, 'teams'>,
  principal: Principal,
  wanted: string | undefined,
): Promise<Caller> {
  if (principal.kind === 'token') {
    const { token, team, role } = principal;
    if (wanted !== undefined && wanted !== team.id) throw notIn(wanted);
    const permissions = permissionsOfToken(token, role, team.operates);
    const { id, owner, expires_at } = token;
    const parent = token.signs_in ? null : id;
    return { kind: 'token', id, team: team.id, role, permissions, owner, parent, expires_at };
  }
  const { team: id, role } = choose(principal.email, principal.memberships, wanted);
  const team = await store.teams.get(id);
  if (team === null) throw notIn(id);
  const permissions = permissionsOf(role, team.operates);
  const { email } = principal;
  return {
    kind: 'user',
    id: email,
    team: id,
    role,
    permissions,
    owner: email,
    parent: null,
    expires_at: null,
  };
}

function choose(email: string, memberships: readonly Member[], wanted: string | undefined): Member {
  if (wanted !== undefined) {
    const membership = memberships.find(({ team }) => team === wanted);
    if (membership === undefined) throw notIn(wanted);
    return membership;
  }
  const [only, ...others] = memberships;
  if (only === undefined)
    throw new UserError('forbidden', `${email} is in no team; an admin of one adds members`);
  if (others.length === 0) return only;
  const teams = memberships.map(({ team }) => team).toSorted();
  const message = `say for which team, of ${teams.join(', ')}`;
  const problems = [{ path: 'X-Bitflow-Team', message: 'is missing' }];
  throw new UserError('invalid_request', `${message}: the header X-Bitflow-Team`, { problems });
}

function notIn(team: string): UserError {
  return new UserError('forbidden', `you are not in the team ${JSON.stringify(team.slice(0, 100))}`);
}
