import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import { when } from '../kit/when.ts';
import { deadLetters } from './letters.ts';

/** `bitflow dead-letters list`. */
export async function listDeadLetters(cli: Cli, { limit }: { readonly limit: number }): Promise<void> {
  const { screen } = cli;
  listing(
    screen,
    await deadLetters(await cli.api(), limit),
    [
      { title: 'id', of: ({ id }) => id },
      { title: 'kept', of: ({ kept_at }) => when(screen, kept_at) },
      { title: 'function', of: ({ function: name }) => name ?? 'not known' },
      { title: 'reason', flexible: true, of: ({ reason }) => reason },
      { title: 'replays', of: ({ replays, replayable }) => (replayable ? String(replays) : 'cannot be') },
    ],
    'No message was given up.',
  );
}
