import { UserError } from '#core/errors.ts';
import type { Clock, Store } from '#core/ports.ts';
import { DEFAULT_LIMITS, type Team } from '#core/team.ts';

/**
 * Makes the first team, which operates the installation, and its admin. Once: throws UserError('conflict') where
 * there is a team, also where two do this at the same time.
 */
export async function firstTeam(
  { store, now }: { store: Pick<Store, 'teams'>; now: Clock },
  given: { readonly id: string; readonly name: string; readonly admin: string },
): Promise<Team> {
  const { items } = await store.teams.list({ limit: 1, after: null });
  if (items.length > 0)
    throw new UserError('conflict', 'there is a team already: its admins make more with POST /v1/teams');
  const { id, name, admin: email } = given;
  const created_at = now();
  const own = { id, name, registry_prefix: id, limits: DEFAULT_LIMITS, operates: true };
  const team: Team = { version: 1, ...own, created_at };
  const admin = { version: 1, team: id, email, role: 'admin', added_by: email, created_at } as const;
  if ((await store.teams.create(team, admin)) === 'exists')
    throw new UserError('conflict', `there is a team ${id} already`);
  return team;
}
