import type { Api } from '../kit/api.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';

/** The team that a command is about: the one given, else the one that is acted for. Throws CliError (2) where there is none. */
export async function teamOf(api: Api, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const { acting_for: acting, teams } = (await api.call('me.get')).value;
  if (acting !== null) return acting.team;
  const next =
    teams.length === 0
      ? 'An admin of one adds you: bitflow teams members set EMAIL ROLE'
      : `You are in ${teams.map(({ id }) => id).join(', ')}: say which with --team.`;
  throw new CliError(EXIT.usage, 'it is not said which team is meant', next);
}
