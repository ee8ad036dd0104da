import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import { bytes } from '../kit/times.ts';
import { when } from '../kit/when.ts';
import { imagesOf, type PlaceOptions, placeOf, shortDigest } from './place.ts';

/** `bitflow images list`. */
export async function listImages(
  cli: Cli,
  options: PlaceOptions & { readonly limit: number },
): Promise<void> {
  const { screen } = cli;
  const found = await imagesOf(await placeOf(cli, options), options.limit);
  listing(
    screen,
    found,
    [
      { title: 'digest', of: ({ digest }) => (screen.isTerminal ? shortDigest(digest) : digest) },
      { title: 'tags', flexible: true, of: ({ tags }) => tags.join(' ') },
      { title: 'size', of: ({ size_bytes }) => (screen.isTerminal ? bytes(size_bytes) : String(size_bytes)) },
      { title: 'made', of: ({ created_at }) => when(screen, created_at, '') },
      { title: 'by', of: ({ build }) => build?.id ?? '' },
    ],
    'There are no images yet: bitflow builds create',
  );
}
