import { command, group, type Start } from '../kit/command.ts';

export const deliveries = (start: Start) =>
  group('deliveries', 'See what became of a webhook', [
    command(
      'show',
      'Show a delivery of the git host’s: what became of it, and why',
      [
        {
          use: 'bitflow deliveries show d-90c2b7e41fa84d5c8e6b1a37',
          does: 'the id is in the answer to the webhook',
        },
      ],
      { see: ['dead-letters list'] },
    )
      .argument('<id>', 'its whole id')
      .action((id, _, self) =>
        start(self, async (cli) => (await import('../deliveries/show.ts')).showDelivery(cli, id)),
      ),
  ]);
