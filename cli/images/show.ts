import type { Cli } from '../kit/cli.ts';
import { details } from '../kit/details.ts';
import { bytes } from '../kit/times.ts';
import { when } from '../kit/when.ts';
import { imageNamed, type PlaceOptions, placeOf } from './place.ts';

/** `bitflow images show`. */
export async function showImage(cli: Cli, given: string, options: PlaceOptions): Promise<void> {
  const place = await placeOf(cli, options);
  const { digest } = await imageNamed(place, given);
  const { api, id, query } = place;
  const { value, raw } = await api.call('images.get', { params: { id, digest }, query });
  const { screen } = cli;
  const { build } = value;
  details(screen, raw, [
    ['deploy as', value.reference],
    ['tags', value.tags.length === 0 ? 'none' : value.tags.join(', ')],
    ['platforms', value.platforms.join(', ')],
    ['size', screen.isTerminal ? bytes(value.size_bytes) : String(value.size_bytes)],
    ['made', value.created_at && when(screen, value.created_at)],
    ['build', build?.id],
    ['commit', build?.commit_sha],
    ['ref', build?.ref],
    ['media type', value.media_type],
  ]);
}
