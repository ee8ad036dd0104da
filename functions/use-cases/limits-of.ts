import type { Teams } from '#core/ports.ts';
import { DEFAULT_LIMITS, type TeamLimits } from '#core/team.ts';

/** The limits of each of these teams; of one that is gone, those of a team for which nobody set any. */
export async function limitsOf(teams: Teams, ids: Iterable<string>): Promise<Map<string, TeamLimits>> {
  const found = [...ids].map(async (id) => {
    const team = await teams.get(id);
    return [id, team?.limits ?? DEFAULT_LIMITS] as const;
  });
  return new Map(await Promise.all(found));
}
