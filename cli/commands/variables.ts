import { command, group, repoOption, type Start, yesOption } from '../kit/command.ts';

const BUILD = 'those that the commands of the build see (ARG)';
const RUN = 'those that what runs in the image has (ENV)';

export const variables = (start: Start) =>
  group('variables', 'Set what builds and images see, and everybody may read', [
    command('list', 'List the variables of a repository, of both kinds', [
      { use: 'bitflow variables list', does: 'those of the repository that is checked out here' },
      {
        use: 'bitflow variables list --json > variables.json',
        does: 'to change them, and: variables replace',
      },
    ])
      .addOption(repoOption())
      .action((options, self) =>
        start(self, async (cli) => (await import('../variables/list.ts')).listVariables(cli, options)),
      ),
    command(
      'set',
      'Set variables, and leave the others as they are',
      [
        { use: 'bitflow variables set LOG_LEVEL=info --run', does: 'in what runs in the image' },
        { use: 'bitflow variables set NODE_ENV=production --build --run', does: 'in both' },
        { use: 'bitflow variables set --from-file .env --run', does: 'those of a file of NAME=VALUE lines' },
      ],
      { see: ['secrets set'] },
    )
      .argument('[NAME=VALUE...]', 'no secrets: for those see bitflow secrets')
      .addOption(repoOption())
      .option('--build', BUILD)
      .option('--run', RUN)
      .option('--from-file <path>', 'a file of NAME=VALUE lines (dotenv)')
      .action((pairs, options, self) =>
        start(self, async (cli) => (await import('../variables/set.ts')).setVariables(cli, pairs, options)),
      ),
    command('remove', 'Remove variables', [
      { use: 'bitflow variables remove LOG_LEVEL', does: 'of either kind; asks first' },
      { use: 'bitflow variables remove LOG_LEVEL --run --yes', does: 'of one kind, in a script' },
    ])
      .argument('<name...>', 'their names')
      .addOption(repoOption())
      .option('--build', BUILD)
      .option('--run', RUN)
      .addOption(yesOption())
      .action((names, options, self) =>
        start(self, async (cli) =>
          (await import('../variables/remove.ts')).removeVariables(cli, names, options),
        ),
      ),
    command('replace', 'Replace all variables, of both kinds', [
      {
        use: 'bitflow variables replace variables.json',
        does: 'by a file as `variables list --json` prints it',
      },
    ])
      .argument('<file>', 'JSON: {"build": {NAME: VALUE}, "run": {NAME: VALUE}}')
      .addOption(repoOption())
      .addOption(yesOption())
      .action((path, options, self) =>
        start(self, async (cli) =>
          (await import('../variables/replace.ts')).replaceVariables(cli, path, options),
        ),
      ),
  ]);
