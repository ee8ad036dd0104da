import type { Teams } from '#core/ports.ts';
import { Team } from '#core/team.ts';
import { createIn, type State, step } from './state.ts';

export function memoryTeams(state: State): Teams {
  return {
    create: (team) => step(state, () => createIn(state.teams, team.id, Team.parse(team))),
    get: (id) => step(state, () => state.teams.get(id) ?? null),
  };
}
