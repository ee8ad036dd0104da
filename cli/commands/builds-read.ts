import { Argument, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { BuildStatus } from '#core/build.ts';
import { command, limitOption, repoOption, type Start } from '../kit/command.ts';
import { BUILDERS, EXITS, idArgument, paragraphs, STATE } from './builds-shared.ts';

/** The states, as `--status` takes them. Help must load no schema: a test holds this against the API's. */
export const STATUSES = [
  'waiting_approval',
  'queued',
  'submitting',
  'submitted',
  'running',
  'promoting',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
  'expired',
] as const satisfies readonly BuildStatus[];

export const list = (start: Start) =>
  command(
    'list',
    'List builds, newest first',
    [
      { use: 'bitflow builds list', does: 'the last 20 of your team' },
      {
        use: 'bitflow builds list --repo acme/shop --status failed --since 3d',
        does: 'what failed there in the last three days',
      },
      {
        use: "bitflow builds list --status queued,running --json | jq -r '.builds[].id'",
        does: 'the ids of what goes on, for a program',
      },
    ],
    { see: ['builds show', 'json'] },
  )
    .option('-R, --repo <owner/repo>', 'builds of this repository; left out: of all')
    .addOption(
      new Option('-s, --status <status>', `only in this state; several with commas (${STATUSES.join(', ')})`)
        .argParser(statuses)
        .default(undefined),
    )
    .option('-b, --branch <branch>', 'only of this branch')
    .addOption(new Option('--builder <builder>', 'only of this builder').choices(BUILDERS))
    .option('--since <time>', 'only those created since then: 30m, 2h, 3d, or ISO 8601')
    .addOption(limitOption())
    .action((options, self) =>
      start(self, async (cli) => (await import('../builds/list.ts')).listBuilds(cli, options)),
    );

export const show = (start: Start) =>
  command(
    'show',
    'Show a build: its state, stages, image and error',
    [
      { use: 'bitflow builds show', does: 'the newest build of the repository here' },
      { use: 'bitflow builds show 3f9a', does: 'an id may be shortened, with b- or without' },
      { use: 'bitflow builds show b-3f9a --json | jq -r .image.reference', does: 'the image to deploy' },
    ],
    { see: ['builds logs', 'ids'] },
  )
    .addArgument(idArgument())
    .addOption(repoOption())
    .action((id, options, self) =>
      start(self, async (cli) => (await import('../builds/show.ts')).showBuild(cli, id, options)),
    );

export const logs = (start: Start) =>
  command(
    'logs',
    'Print the log of a build',
    [
      { use: 'bitflow builds logs --follow', does: 'as it is written, until the build ends' },
      { use: 'bitflow builds logs 3f9a > build.log', does: 'in a pipe: the stored log, byte for byte' },
      { use: 'bitflow builds logs 3f9a --json | jq -r \'select(.stage=="build").text\'', does: 'one stage' },
    ],
    EXITS,
  )
    .description(
      paragraphs(
        [
          'In a terminal, what could harm it (escape sequences, control characters) is left out. In a pipe the log is',
          'what the service has, byte for byte; with --json each line is an object {seq, at, stage, text}.',
        ],
        ['With --follow', STATE],
      ),
    )
    .addArgument(idArgument())
    .addOption(repoOption())
    .option('-f, --follow', 'go on until the build ends')
    .action((id, options, self) =>
      start(self, async (cli) => (await import('../builds/logs.ts')).showLog(cli, id, options)),
    );

export const watch = (start: Start) =>
  command(
    'watch',
    'Watch a build until it ends',
    [
      { use: 'git push && bitflow builds watch', does: 'the build of the commit that was just pushed' },
      { use: 'bitflow builds watch 3f9a', does: 'stages and times, live; lines in a pipe' },
      { use: 'bitflow builds watch 3f9a --json', does: 'the build as JSON, a line at each change' },
    ],
    EXITS,
  )
    .description(
      paragraphs(
        [
          'Without an id: the newest build of the commit that is checked out here. Right after a push there may be',
          'none yet: it is waited for, up to 60 s. With --repo alone: the newest build of that repository.',
        ],
        ['Once the build has ended,', STATE],
      ),
    )
    .addArgument(
      new Argument('[id]', 'the build; its id may be shortened. Left out: that of the commit here'),
    )
    .option('-R, --repo <owner/repo>', 'the newest build of this repository')
    .action((id, options, self) =>
      start(self, async (cli) => (await import('../builds/watch.ts')).watchBuild(cli, id, options)),
    );

export const builders = (start: Start) =>
  command('builders', 'List the builders, and what each recognises', [
    { use: 'bitflow builds builders', does: 'their names go into --builder' },
  ]).action((_, self) =>
    start(self, async (cli) => (await import('../builds/builders.ts')).listBuilders(cli)),
  );

function statuses(text: string, before: readonly BuildStatus[] | undefined): readonly BuildStatus[] {
  const found = text.split(',').map((one) => {
    const status = STATUSES.find((known) => known === one.trim());
    if (status === undefined) throw new InvalidArgumentError(`There are ${STATUSES.join(', ')}.`);
    return status;
  });
  return [...new Set([...(before ?? []), ...found])];
}
