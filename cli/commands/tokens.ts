import { command, group, limitOption, repeated, type Start, yesOption } from '../kit/command.ts';
import { durationOrNever } from '../kit/duration.ts';

const TOKEN = 'its id, or the beginning of it';

export const tokens = (start: Start) =>
  group('tokens', 'Make API tokens for programs, and revoke them', [
    command('list', 'List the tokens that you may see, newest first', [
      { use: 'bitflow tokens list', does: 'yours; for an admin all of the team' },
    ])
      .addOption(limitOption())
      .action((options, self) =>
        start(self, async (cli) => (await import('../tokens/list.ts')).listTokens(cli, options)),
      ),
    command('show', 'Show a token: what it may do, when it was used', [
      { use: 'bitflow tokens show t-c41d', does: 'by the beginning of its id' },
    ])
      .argument('<id>', TOKEN)
      .action((given, _, self) =>
        start(self, async (cli) => (await import('../tokens/show.ts')).showToken(cli, given)),
      ),
    command(
      'create',
      'Make a token',
      [
        {
          use: 'bitflow tokens create deploy --scope builds:read --scope builds:write',
          does: 'for a CI job',
        },
        {
          use: 'bitflow tokens create ci --expires 30d | gh secret set BITFLOW_TOKEN',
          does: 'nobody sees it',
        },
      ],
      { see: ['signing-in', 'scripts'] },
    )
      .description(
        'The token is printed this once: alone on standard output, so that it can be piped to where it is kept.',
      )
      .argument('<name>', 'what it is for')
      .option('--role <role>', 'viewer, developer or admin; left out: yours')
      .option(
        '--scope <permission>',
        'what it may do (repeatable); left out: all that the role may',
        repeated,
      )
      .option('--expires <time>', 'when it ends: 30d, 12h, or never; left out: 90d', durationOrNever)
      .action((name, options, self) =>
        start(self, async (cli) => (await import('../tokens/create.ts')).createToken(cli, name, options)),
      ),
    command('revoke', 'Revoke a token, and those that it made, at once', [
      { use: 'bitflow tokens revoke t-c41d', does: 'asks first' },
    ])
      .argument('<id>', TOKEN)
      .addOption(yesOption())
      .action((given, options, self) =>
        start(self, async (cli) => (await import('../tokens/revoke.ts')).revokeToken(cli, given, options)),
      ),
  ]);
