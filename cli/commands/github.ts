import { command, group, type Start } from '../kit/command.ts';

export const github = (start: Start) =>
  group('github', 'Set an installation up at GitHub', [
    command(
      'create-app',
      'Create the GitHub App of an installation',
      [
        {
          use: 'bitflow github create-app --webhooks-url https://hooks.example.com',
          does: 'for your own account',
        },
        {
          use: 'bitflow github create-app --webhooks-url https://hooks.example.com --organization acme',
          does: 'for an organization',
        },
        {
          use: 'bitflow github create-app --webhooks-url https://hooks.example.com --host https://git.example.com',
          does: 'at an Enterprise Server',
        },
      ],
      { see: ['repos connect'] },
    )
      .description(
        'Create the GitHub App of an installation, for whoever operates it. A page at GitHub is opened, with all that ' +
          'the App needs filled in: it may read code and pull requests, and write checks. You confirm it there; its key ' +
          'and its webhook secret come back to this machine, into files that only you can read.',
      )
      .requiredOption('--webhooks-url <url>', 'where the function webhooks is, as WEBHOOKS_URL has it')
      .option(
        '--name <name>',
        'what it is called, of all Apps at GitHub alone; you can change it on the page',
      )
      .option('--organization <name>', 'whose it is; left out: yours')
      .option('--host <url>', 'the GitHub that it is for', 'https://github.com')
      .option('--public', 'let other accounts install it too')
      .option('--folder <path>', 'where the files are written', '.')
      .option('--no-browser', 'show the address, and open nothing')
      .action((options, self) =>
        start(self, async (cli) => (await import('../github/create-app.ts')).createApp(cli, options)),
      ),
  ]);
