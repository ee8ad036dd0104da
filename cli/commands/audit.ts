import { command, limitOption, type Start } from '../kit/command.ts';

export const audit = (start: Start) =>
  command('audit', 'List who changed what in your team, newest first', [
    { use: 'bitflow audit', does: 'the last 20 changes, and what was not allowed' },
    { use: 'bitflow audit --limit 1000 --json', does: 'more of it, for a program' },
  ])
    .description('Lists what was changed, and what was tried and not allowed. For the admins of the team.')
    .addOption(limitOption())
    .action((options, self) =>
      start(self, async (cli) => (await import('../audit/list.ts')).listAudit(cli, options)),
    );
