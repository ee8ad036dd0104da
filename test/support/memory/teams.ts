import { UserError } from '#core/errors.ts';
import { memberId } from '#core/ids.ts';
import type { Teams } from '#core/ports.ts';
import { Team } from '#core/team.ts';
import { newestFirst } from './page.ts';
import { createIn, type State, step } from './state.ts';

export function memoryTeams(state: State): Teams {
  const { teams, members } = state;
  return {
    create: (team, admin) =>
      step(state, () => {
        if (teams.has(team.id)) return 'exists';
        const others = [...teams.values()];
        if (others.some(({ registry_prefix }) => registry_prefix === team.registry_prefix))
          throw new UserError('conflict', 'another team has this registry prefix');
        if (team.operates && others.some(({ operates }) => operates))
          throw new UserError('conflict', 'another team operates the installation');
        if (admin !== undefined) members.set(memberId(team.id, admin.email), structuredClone(admin));
        return createIn(teams, team.id, Team.parse(team));
      }),
    get: (id) => step(state, () => teams.get(id) ?? null),
    list: (page) =>
      step(state, () =>
        newestFirst([...teams.values()], (team) => ({ at: team.created_at, id: team.id }), page),
      ),
    change: (id, fields) =>
      step(state, () => {
        const team = teams.get(id);
        if (!team) throw new UserError('not_found', `there is no team ${JSON.stringify(id)}`);
        const changed = Team.parse({ ...team, ...fields });
        teams.set(id, changed);
        return changed;
      }),
  };
}
