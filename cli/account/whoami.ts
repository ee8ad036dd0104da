import type { Cli } from '../kit/cli.ts';
import { readCredential } from '../kit/credentials.ts';
import { clean } from '../kit/text.ts';
import { when } from '../kit/when.ts';
import { whoText } from './who.ts';

/** `bitflow whoami`. */
export async function whoami(cli: Cli): Promise<void> {
  const api = await cli.api();
  const { value, raw } = await api.call('me.get');
  const { screen } = cli;
  if (screen.json) return screen.value(raw);
  const { kind, id, owner, teams, acting_for: acting, expires_at: expires } = value;
  screen.line(`${whoText(owner, id)} at ${api.url}`);
  if (acting !== null) screen.line(`${acting.role} of the team ${clean(acting.team)}`);
  else
    screen.line(
      teams.length === 0
        ? 'in no team yet: an admin of one adds you'
        : `in the teams ${clean(teams.map(({ id: team }) => team).join(', '))}: say which with --team`,
    );
  const from = (await readCredential(cli.around.env, api.url))?.from ?? 'nowhere';
  const token = kind !== 'token' ? 'an ID token' : owner === null ? 'an API token' : `API token ${clean(id)}`;
  screen.line(`${token}, from ${from}${expires === null ? '' : `, ends ${when(screen, expires)}`}`);
}
