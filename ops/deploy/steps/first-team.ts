import type { Step } from '../context.ts';

export const firstTeam: Step = {
  name: 'first-team',
  title: 'makes the first team, once',
  planOnly: false,
  async run({ values, say, firstTeam: make }) {
    const { project, first_team } = values;
    if (first_team === null) return { firstTeam: 'none' };
    const isMade = await make(project, first_team);
    say(
      isMade
        ? `  the team ${first_team.id}, with ${first_team.admin} as its admin`
        : '  there is a team already',
    );
    return { firstTeam: isMade ? 'made' : 'there' };
  },
};
