import { command, type Start } from '../kit/command.ts';

export const help = (start: Start) =>
  command(
    'help',
    'Read about a command or a topic',
    [
      { use: 'bitflow help builds list', does: 'the same as bitflow builds list --help' },
      { use: 'bitflow help exit-codes', does: 'what the exit code says' },
      { use: 'bitflow help errors | less', does: 'every error of the service' },
    ],
    { see: ['getting-started'] },
  )
    .argument('[topic or command...]', 'the topics are listed by bitflow help')
    .action((words, _, self) =>
      start(self, async (cli) => (await import('../help/show.ts')).showHelp(cli, self.parent ?? self, words)),
    );
