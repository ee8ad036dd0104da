import { command, group, repoOption, type Start, yesOption } from '../kit/command.ts';

export const secrets = (start: Start) =>
  group('secrets', 'Keep what builds are trusted with', [
    command('list', 'List the build secrets of a repository: names, never values', [
      { use: 'bitflow secrets list', does: 'those of the repository that is checked out here' },
    ])
      .addOption(repoOption())
      .action((options, self) =>
        start(self, async (cli) => (await import('../secrets/list.ts')).listSecrets(cli, options)),
      ),
    command(
      'set',
      'Set a build secret',
      [
        { use: 'bitflow secrets set NPM_TOKEN', does: 'asks for the value, and does not show it' },
        {
          use: 'pass show npm | bitflow secrets set NPM_TOKEN',
          does: 'all of standard input, less one line end',
        },
        { use: 'bitflow secrets set NETRC --from-file ~/.netrc', does: 'what a file has' },
      ],
      { see: ['variables set'] },
    )
      .description(
        'The value is typed unseen in a terminal, and comes from standard input or a file elsewhere: it is never an argument, which everybody on the machine could read.',
      )
      .argument('<name>', 'upper-case letters, digits and _')
      .addOption(repoOption())
      .option('--from-file <path>', 'the value is what this file has')
      .action((name, options, self) =>
        start(self, async (cli) => (await import('../secrets/set.ts')).setSecret(cli, name, options)),
      ),
    command('remove', 'Remove build secrets, with every value that they had', [
      { use: 'bitflow secrets remove NPM_TOKEN', does: 'asks first' },
      { use: 'bitflow secrets remove NPM_TOKEN NETRC --yes', does: 'two at once, in a script' },
    ])
      .argument('<name...>', 'their names')
      .addOption(repoOption())
      .addOption(yesOption())
      .action((names, options, self) =>
        start(self, async (cli) => (await import('../secrets/remove.ts')).removeSecrets(cli, names, options)),
      ),
  ]);
