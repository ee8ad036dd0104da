import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import type { Answer } from '../kit/operations.ts';
import { repositoryOf } from '../kit/repository.ts';
import { when } from '../kit/when.ts';

type Schedule = Answer<'repositories.schedules.list'>['schedules'][number];

/** `bitflow repos schedules`. */
export async function listSchedules(cli: Cli, given: string | undefined): Promise<void> {
  const id = await repositoryOf(cli, given);
  const { value, raw } = await (await cli.api()).call('repositories.schedules.list', { params: { id } });
  const { screen } = cli;
  listing<Schedule>(
    screen,
    { items: value.schedules, raw },
    [
      { title: 'cron', of: ({ cron }) => cron },
      { title: 'time zone', of: ({ timezone }) => timezone },
      { title: 'branch', flexible: true, of: ({ branch }) => branch },
      { title: 'next', of: ({ next_at }) => when(screen, next_at) },
      { title: 'last', flexible: true, of: ({ last }) => lastOf(last) },
    ],
    'Nothing is built at set times: add [[schedules]] to bitflow.toml.',
  );
}

function lastOf(last: Schedule['last']): string {
  if (last === null) return 'not yet';
  const builds = last.build_ids.join(', ');
  return last.reason === null ? builds : [builds, last.reason].filter((part) => part !== '').join('; ');
}
