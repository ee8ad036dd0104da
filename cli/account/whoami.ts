import type { Cli } from '../kit/cli.ts';
import { clean } from '../kit/text.ts';

/** `bitflow whoami`. */
export async function whoami(cli: Cli): Promise<void> {
  const api = await cli.api();
  const { value, raw } = await api.call('me.get');
  const { screen } = cli;
  if (screen.json) return screen.value(raw);
  const { kind, id, teams, acting_for: acting, expires_at: expires } = value;
  screen.line(`${kind === 'token' ? 'token ' : ''}${clean(id)} at ${api.url}`);
  if (acting !== null) screen.line(`${acting.role} of the team ${acting.team}`);
  else
    screen.line(
      teams.length === 0
        ? 'in no team yet: an admin of one adds you'
        : `in the teams ${teams.map(({ id: team }) => team).join(', ')}: say which with --team`,
    );
  if (expires !== null) screen.line(`until ${expires}`);
}
