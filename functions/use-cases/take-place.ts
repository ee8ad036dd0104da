import { UserError } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import { dayOf, restOfDayS } from '#core/quota.ts';
import type { Team } from '#core/team.ts';

type Quotas = Pick<Store, 'quotas'>;

/**
 * Takes one of the builds that a team may create in a day, before that build is created; asking again for the
 * same build takes no second one. A death before the build is there costs the team that one, until tomorrow.
 * @returns why there is none left; null: go on.
 */
export async function takePlace(
  store: Quotas,
  team: Team,
  buildId: string,
  now: number,
): Promise<string | null> {
  const { builds_per_day: limit } = team.limits;
  if (limit === null || (await store.quotas.take(team.id, dayOf(now), limit, buildId))) return null;
  return `the ${limit} builds that the team ${team.id} may create in a day (UTC) are used up`;
}

/** The same for who waits for an answer. Throws UserError('rate_limited') that says when there will be more. */
export async function requirePlace(store: Quotas, team: Team, buildId: string, now: number): Promise<void> {
  const refusal = await takePlace(store, team, buildId, now);
  if (refusal !== null) throw new UserError('rate_limited', refusal, { retryAfterS: restOfDayS(now) });
}
