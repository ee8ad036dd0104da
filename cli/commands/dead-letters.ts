import { command, group, limitOption, type Start } from '../kit/command.ts';

export const deadLetters = (start: Start) =>
  group('dead-letters', 'See messages that were given up, and send them again', [
    command('list', 'List the messages that were given up, newest first', [
      { use: 'bitflow dead-letters list', does: 'those about your team’s builds' },
    ])
      .addOption(limitOption())
      .action((options, self) =>
        start(self, async (cli) => (await import('../dead-letters/list.ts')).listDeadLetters(cli, options)),
      ),
    command('replay', 'Send a message that was given up once more, as it was', [
      { use: 'bitflow dead-letters replay dl-5be0', does: 'by the beginning of its id' },
    ])
      .argument('<id>', 'its id, or the beginning of it')
      .action((given, _, self) =>
        start(self, async (cli) => (await import('../dead-letters/replay.ts')).replayDeadLetter(cli, given)),
      ),
  ]);
