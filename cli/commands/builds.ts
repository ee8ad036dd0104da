import { command, group, limitOption, repoOption, type Start } from '../kit/command.ts';

export const builds = (start: Start) =>
  group('builds', 'Make builds, watch them, read their logs', [
    command('list', 'List builds, newest first', [
      { use: 'bitflow builds list', does: 'the last 20 of your team' },
      {
        use: 'bitflow builds list --repo acme/shop --status failed --json',
        does: 'what failed, for a program',
      },
    ])
      .addOption(repoOption())
      .addOption(limitOption())
      .action((options, self) =>
        start(self, async (cli) => (await import('../builds/list.ts')).listBuilds(cli, options)),
      ),
  ]);
