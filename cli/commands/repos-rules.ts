import { command, group, repoOption, type Start } from '../kit/command.ts';

/** `bitflow repos rules`. */
export const rules = (start: Start) =>
  group('rules', 'Say what the pushes of a repository mean', [show(start), set(start)]);

const show = (start: Start) =>
  command(
    'show',
    'Show the rules that are kept with a repository',
    [
      { use: 'bitflow repos rules show', does: 'those of the repository that is checked out here' },
      { use: 'bitflow repos rules show > rules.toml', does: 'to change them in a file' },
    ],
    { see: ['repos rules set'] },
  )
    .argument('[owner/repo]', 'the repository; left out: that of the git remote here')
    .action((given, _, self) =>
      start(self, async (cli) => (await import('../repos/rules/show.ts')).showRules(cli, given)),
    );

const set = (start: Start) =>
  command(
    'set',
    'Replace the rules that are kept with a repository',
    [
      { use: 'bitflow repos rules set rules.toml', does: 'those of a file, in the layout of bitflow.toml' },
      {
        use: 'bitflow repos rules set --none',
        does: 'no rules: as for a repository that was just connected',
      },
    ],
    { see: ['repos rules show', 'deliveries list'] },
  )
    .description(
      'The file is in the layout of a bitflow.toml, or JSON where its name ends so. What the repository’s own bitflow.toml says comes over them, key by key.',
    )
    .argument('[file]', 'the file that has them')
    .addOption(repoOption())
    .option('--none', 'take all away')
    .action((file, options, self) =>
      start(self, async (cli) => (await import('../repos/rules/set.ts')).setRules(cli, file, options)),
    );
