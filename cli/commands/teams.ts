import { Option } from '@commander-js/extra-typings';
import { command, count, group, limitOption, type Start } from '../kit/command.ts';
import { duration } from '../kit/duration.ts';
import { members } from './members.ts';

const TEAM = 'its id; left out: the team that you act for';

export const teams = (start: Start) =>
  group('teams', 'See teams, their members and their limits', [
    list(start),
    show(start),
    create(start),
    change(start),
    limits(start),
    members(start),
  ]);

const list = (start: Start) =>
  command('list', 'List the teams that you see', [
    { use: 'bitflow teams list', does: 'with their ids, as --team takes them' },
  ])
    .description('Lists the teams that you are in, or all of them if you operate the installation.')
    .addOption(limitOption())
    .action((options, self) =>
      start(self, async (cli) => (await import('../teams/list.ts')).listTeams(cli, options)),
    );

const show = (start: Start) =>
  command('show', 'Show a team, with its limits', [
    { use: 'bitflow teams show', does: 'the one that you act for' },
  ])
    .argument('[id]', TEAM)
    .action((given, _, self) =>
      start(self, async (cli) => (await import('../teams/show.ts')).showTeam(cli, given)),
    );

const create = (start: Start) =>
  command('create', 'Make a team, with its first admin', [
    {
      use: 'bitflow teams create rockets --name Rockets --admin wile@rockets.example',
      does: 'a team whose admin signs in with that address',
    },
  ])
    .description('For those who operate the installation.')
    .argument('<id>', 'in addresses; it stays: lower-case letters, digits and single dashes')
    .requiredOption('--admin <email>', 'its first admin')
    .option('--name <name>', 'as people read it; left out: the id')
    .option('--registry-prefix <id>', 'the first part of its images’ paths; it stays; left out: the id')
    .action((id, options, self) =>
      start(self, async (cli) => (await import('../teams/create.ts')).createTeam(cli, id, options)),
    );

const change = (start: Start) =>
  command('change', 'Change the name of a team', [
    { use: 'bitflow teams change --name "Rockets and Sons"', does: 'the name of the one that you act for' },
  ])
    .argument('[id]', TEAM)
    .requiredOption('--name <name>', 'as people read it')
    .action((given, options, self) =>
      start(self, async (cli) => (await import('../teams/change.ts')).changeTeam(cli, given, options)),
    );

const limits = (start: Start) =>
  command('limits', 'Show or set the limits of a team', [
    { use: 'bitflow teams limits', does: 'of the team that you act for' },
    { use: 'bitflow teams limits rockets --concurrent-builds 4 --builds-per-day none', does: 'sets two' },
  ])
    .description(
      'Shows what the team may use. With an option it sets that, for those who operate the installation; what is not given stays.',
    )
    .argument('[id]', TEAM)
    .option('--concurrent-builds <n>', 'builds at once, or none for no limit', countOrNone)
    .option('--builds-per-day <n>', 'builds created in a day (UTC), or none for no limit', countOrNone)
    .option('--build-timeout <time>', 'the longest that a build may take: 30m, 24h at most', duration)
    .addOption(new Option('--machine-type <type>', 'what its builds run on: E2_HIGHCPU_8, …; or default'))
    .action((given, options, self) =>
      start(self, async (cli) => (await import('../teams/limits.ts')).teamLimits(cli, given, options)),
    );

function countOrNone(text: string): number | 'none' {
  return text === 'none' ? 'none' : count(text);
}
