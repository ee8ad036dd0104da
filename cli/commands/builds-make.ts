import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { command, repoOption, type Start, yesOption } from '../kit/command.ts';
import { duration } from '../kit/duration.ts';
import { nameAndValue } from '../kit/name-value.ts';
import { BUILDERS, EXITS, idArgument, paragraphs, STATE } from './builds-shared.ts';

export const create = (start: Start) =>
  command(
    'create',
    'Build a branch, tag or commit',
    [
      { use: 'bitflow builds create --wait', does: 'builds the branch that is checked out here, live' },
      { use: 'bitflow builds create acme/shop --branch main --tag v1', does: 'the image gets the tag v1' },
      {
        use: 'bitflow builds create acme/shop --env LOG_LEVEL=debug --build-arg NODE_ENV=production',
        does: 'variables of the image, and of the commands that build it',
      },
    ],
    EXITS,
  )
    .description(
      paragraphs(
        [
          'Builds what the git host has. Without --branch, --ref and --commit that is, in a checkout of the',
          'repository, the branch that is checked out (with a detached HEAD, that commit); elsewhere the default',
          'branch.',
        ],
        [
          'Values of --env and --build-arg are no secrets: other programs of this machine see them, and they are kept',
          'with the build. Secrets go through "bitflow secrets".',
        ],
        ['With --wait', STATE],
      ),
    )
    .argument('[owner/repo]', 'the repository; left out: that of the git remote here')
    .option('-b, --branch <branch>', 'the newest commit of a branch')
    .option('--ref <ref>', 'a branch or tag, or a full ref (refs/tags/v1)')
    .option('-c, --commit <sha>', 'a commit; its image gets no branch’s tag')
    .option('-t, --tag <tag>', 'the one tag of the image, instead of those of its ref')
    .addOption(new Option('--builder <builder>', 'instead of the repository’s own').choices(BUILDERS))
    .option('--image-name <name>', 'the image’s path, below your team’s prefix')
    .option('--registry <host/path>', 'one of your team’s own registries')
    .addOption(
      new Option('--timeout <time>', 'how long the build may take: 90s, 30m, 2h').argParser(duration),
    )
    .addOption(
      new Option('-e, --env <name=value>', 'a variable of the image (repeatable)').argParser<Variables>(
        variable,
      ),
    )
    .addOption(
      new Option(
        '--build-arg <name=value>',
        'a variable of the build’s commands only (repeatable)',
      ).argParser<Variables>(variable),
    )
    .addOption(
      new Option('--cache <mode>', 'refresh: nothing is read, all is written anew').choices([
        'on',
        'off',
        'refresh',
      ]),
    )
    .option('--platform <platform>', 'linux/amd64, the only one so far')
    .option('--nixpacks-version <version>', 'one that the builder image has (bitflow builds builders)')
    .option('-w, --wait', 'show it live until it ends')
    .action((repository, options, self) =>
      start(self, async (cli) => (await import('../builds/create.ts')).createBuild(cli, repository, options)),
    );

export const approve = (start: Start) =>
  command('approve', 'Let a build of a fork run', [
    { use: 'bitflow builds approve 3f9a', does: 'it is queued, as one of the builds of the day' },
  ])
    .description(
      paragraphs([
        'A pull request from a fork is code of somebody else: it is built once somebody of the team says so, without build secrets. Look at the commit first; what is approved is that commit, and a later one waits anew. Those that wait: bitflow builds list --status waiting_approval.',
      ]),
    )
    .argument('<id>', 'the id of a build; its start is enough')
    .action((id, _, self) =>
      start(self, async (cli) => (await import('../builds/approve.ts')).approveBuild(cli, id)),
    );

export const cancel = (start: Start) =>
  command('cancel', 'Cancel a build', [
    { use: 'bitflow builds cancel 3f9a', does: 'it is cancelled, or about to be when this returns' },
  ])
    .description(
      paragraphs([
        'Once this returns, nothing of the build counts any more; what runs is being stopped ("watch" shows its end).',
        'A build whose image is being released can no longer be cancelled: that is refused, with exit code 1. Without an id it asks first.',
      ]),
    )
    .addArgument(idArgument())
    .addOption(repoOption())
    .addOption(yesOption())
    .action((id, options, self) =>
      start(self, async (cli) => (await import('../builds/cancel.ts')).cancelBuild(cli, id, options)),
    );

export const retry = (start: Start) =>
  command(
    'retry',
    'Build again what a build built',
    [
      { use: 'bitflow builds retry 3f9a --wait', does: 'the same commit, as it was asked for then' },
      { use: 'bitflow builds retry 3f9a --at head', does: 'what its branch is now' },
    ],
    EXITS,
  )
    .description(
      paragraphs(
        ['The same commit keeps its place among the pushes, so it takes no tag from a later one.'],
        ['With --wait', STATE],
      ),
    )
    .addArgument(idArgument())
    .addOption(repoOption())
    .addOption(
      new Option('--at <what>', 'the same commit, or what its branch or tag is now')
        .choices(['commit', 'head'])
        .default('commit' as const),
    )
    .option('-w, --wait', 'show it live until it ends')
    .action((id, options, self) =>
      start(self, async (cli) => (await import('../builds/retry.ts')).retryBuild(cli, id, options)),
    );

type Variables = Record<string, string>;

/** `NAME=value`, once more. */
function variable(text: string, before: Variables | undefined): Variables {
  const pair = nameAndValue(text);
  if (pair === null) throw new InvalidArgumentError('It must be NAME=value.');
  return { ...before, [pair[0]]: pair[1] };
}
