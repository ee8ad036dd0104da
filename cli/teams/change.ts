import type { Cli } from '../kit/cli.ts';
import { tellTeam } from './show.ts';
import { teamOf } from './which.ts';

/** `bitflow teams change`. */
export async function changeTeam(
  cli: Cli,
  given: string | undefined,
  { name }: { readonly name: string },
): Promise<void> {
  const api = await cli.api();
  const id = await teamOf(api, given);
  const { value, raw } = await api.call('teams.change', { params: { id }, body: { name } });
  tellTeam(cli, value, raw);
}
