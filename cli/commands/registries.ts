import { command, group, type Start, yesOption } from '../kit/command.ts';

const REGISTRY = 'its id, the beginning of it, or its address';

export const registries = (start: Start) =>
  group('registries', 'Release images to registries of your team’s own', [
    command('list', 'List the team’s own registries', [
      { use: 'bitflow registries list', does: 'all of them' },
    ]).action((_, self) =>
      start(self, async (cli) => (await import('../registries/list.ts')).listRegistries(cli)),
    ),
    command('show', 'Show a registry', [
      { use: 'bitflow registries show ghcr.io/acme', does: 'by its address' },
    ])
      .argument('<registry>', REGISTRY)
      .action((given, _, self) =>
        start(self, async (cli) => (await import('../registries/show.ts')).showRegistry(cli, given)),
      ),
    command(
      'connect',
      'Connect a registry of the team’s own',
      [
        {
          use: 'bitflow registries connect ghcr.io/acme --username acme-builds',
          does: 'asks for the password',
        },
        {
          use: 'bitflow registries connect registry.example.com/acme --kind other',
          does: 'without a credential, for now',
        },
      ],
      { see: ['builds create'] },
    )
      .description(
        'The password is typed unseen in a terminal, and comes from standard input elsewhere: it is never an argument, which everybody on the machine could read.',
      )
      .argument('<address>', 'host/path, without https://')
      .option(
        '--kind <kind>',
        'ghcr, gitlab, ecr, acr, dockerhub or other; left out: by the host, where it says',
      )
      .option('--username <name>', 'whose password follows')
      .action((url, options, self) =>
        start(self, async (cli) =>
          (await import('../registries/connect.ts')).connectRegistry(cli, url, options),
        ),
      ),
    command('set-credential', 'Set the credential of a registry', [
      {
        use: 'pass show ghcr | bitflow registries set-credential ghcr.io/acme --username acme-builds',
        does: 'the password from standard input',
      },
    ])
      .argument('<registry>', REGISTRY)
      .requiredOption('--username <name>', 'whose password follows')
      .action((given, options, self) =>
        start(self, async (cli) =>
          (await import('../registries/set-credential.ts')).setCredential(cli, given, options),
        ),
      ),
    command('disconnect', 'Disconnect a registry: its credential goes, its images stay', [
      { use: 'bitflow registries disconnect ghcr.io/acme', does: 'asks first' },
    ])
      .argument('<registry>', REGISTRY)
      .addOption(yesOption())
      .action((given, options, self) =>
        start(self, async (cli) =>
          (await import('../registries/disconnect.ts')).disconnectRegistry(cli, given, options),
        ),
      ),
  ]);
