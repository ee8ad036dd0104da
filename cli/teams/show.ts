import type { Cli } from '../kit/cli.ts';
import { type Details, details } from '../kit/details.ts';
import type { Answer } from '../kit/operations.ts';
import { duration } from '../kit/times.ts';
import { when } from '../kit/when.ts';
import { teamOf } from './which.ts';

type Team = Answer<'teams.get'>;

/** `bitflow teams show`. */
export async function showTeam(cli: Cli, given: string | undefined): Promise<void> {
  const api = await cli.api();
  const { value, raw } = await api.call('teams.get', { params: { id: await teamOf(api, given) } });
  tellTeam(cli, value, raw);
}

/** A team, as `show`, `create` and `change` tell it. */
export function tellTeam({ screen }: Cli, team: Team, raw: unknown): void {
  details(screen, raw, [
    ['id', team.id],
    ['name', team.name],
    ['images below', team.registry_prefix],
    ['registries', team.provisioned ? null : 'none yet: its builds are refused'],
    ['operates', team.operates ? 'the installation' : null],
    ...limitDetails(team),
    ['made', when(screen, team.created_at)],
  ]);
}

/** A team's limits, as people read them. */
export function limitDetails({ limits }: Pick<Team, 'limits'>): Details {
  const most = 'as many as the installation has';
  return [
    ['builds at once', String(limits.concurrent_builds ?? most)],
    ['builds a day', String(limits.builds_per_day ?? most)],
    ['longest build', duration(limits.build_timeout_s * 1000)],
    ['machine', limits.machine_type ?? 'Cloud Build’s default'],
  ];
}
