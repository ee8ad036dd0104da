import { Option } from '@commander-js/extra-typings';
import { command, group, limitOption, type Start } from '../kit/command.ts';

const list = (start: Start) =>
  command(
    'list',
    'List what git hosts told, newest first, and what became of it',
    [
      { use: 'bitflow deliveries list', does: 'the last 20 of your team' },
      {
        use: 'bitflow deliveries list --repo acme/shop --verdict ignored',
        does: 'what made no build there, and why',
      },
      {
        use: 'bitflow deliveries list --repo none',
        does: 'those about no connected repository, for operators',
      },
    ],
    { see: ['deliveries show', 'builds list'] },
  )
    .option(
      '-R, --repo <owner/repo>',
      'about this repository; left out: about all; none: about no connected one',
    )
    .addOption(
      new Option('--verdict <verdict>', 'only those').choices(['received', 'accepted', 'ignored'] as const),
    )
    .addOption(limitOption())
    .action((options, self) =>
      start(self, async (cli) => (await import('../deliveries/list.ts')).listDeliveries(cli, options)),
    );

const show = (start: Start) =>
  command(
    'show',
    'Show a delivery: what became of it and why, what was in it',
    [
      { use: 'bitflow deliveries show d-90c2', does: 'by the beginning of its id' },
      { use: 'bitflow deliveries show d-90c2 --json | jq .body.content', does: 'what the host sent' },
    ],
    { see: ['deliveries replay', 'dead-letters list'] },
  )
    .argument('<id>', 'its id, or the beginning of it')
    .action((id, _, self) =>
      start(self, async (cli) => (await import('../deliveries/show.ts')).showDelivery(cli, id)),
    );

const replay = (start: Start) =>
  command(
    'replay',
    'Take a delivery in once more: it is decided and built anew',
    [
      {
        use: 'bitflow deliveries replay d-90c2',
        does: 'after its repository was connected, or its rules changed',
      },
    ],
    { see: ['deliveries show', 'builds retry'] },
  )
    .argument('<id>', 'its id, or the beginning of it')
    .action((id, _, self) =>
      start(self, async (cli) => (await import('../deliveries/replay.ts')).replayDelivery(cli, id)),
    );

export const deliveries = (start: Start) =>
  group('deliveries', 'See what git hosts told, and what became of it', [
    list(start),
    show(start),
    replay(start),
  ]);
