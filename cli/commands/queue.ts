import { command, type Start } from '../kit/command.ts';

export const queue = (start: Start) =>
  command(
    'queue',
    'Show what waits, when it starts, and how builds went lately',
    [
      { use: 'bitflow queue', does: 'your team’s builds in the queue' },
      { use: 'bitflow queue --watch', does: 'the same, live' },
      { use: 'bitflow queue --json | jq .queued', does: 'how many wait' },
    ],
    { see: ['builds list'] },
  )
    .option('-w, --watch', 'go on until Ctrl-C: live in a terminal, a line at each change in a pipe')
    .action((options, self) =>
      start(self, async (cli) =>
        options.watch
          ? (await import('../queue/watch.ts')).watchQueue(cli)
          : (await import('../queue/queue.ts')).showQueue(cli),
      ),
    );
