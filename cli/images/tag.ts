import type { Cli } from '../kit/cli.ts';
import { EXIT, type ExitCode } from '../kit/exit-codes.ts';
import { imageNamed, type PlaceOptions, placeOf, shortDigest } from './place.ts';

/** `bitflow images tag`. @returns 1 where the tag stays elsewhere: a later push has it. */
export async function tagImage(
  cli: Cli,
  given: string,
  tag: string,
  options: PlaceOptions,
): Promise<ExitCode> {
  const place = await placeOf(cli, options);
  const { digest } = await imageNamed(place, given);
  const { api, id, query } = place;
  const { value, raw } = await api.call('images.tags.set', { params: { id, tag }, query, body: { digest } });
  const { screen } = cli;
  const moved = value.digest === digest;
  if (screen.json) screen.value(raw);
  if (!moved) {
    const where = value.digest === null ? 'removed' : `at ${shortDigest(value.digest)}`;
    screen.warn(`${tag} stays ${where}: a later push has it.`);
    return EXIT.failed;
  }
  if (!screen.json)
    screen.note(`${tag} points to ${shortDigest(digest)}, until the next push that has this tag.`);
  if (!value.written) screen.note('The registry has not agreed yet: it will within about a minute.');
  return EXIT.ok;
}
