import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { imageNamed, type PlaceOptions, placeOf, shortDigest } from './place.ts';

/** `bitflow images tag`. Throws CliError (1) where the tag stays elsewhere: a later push has it. */
export async function tagImage(cli: Cli, given: string, tag: string, options: PlaceOptions): Promise<void> {
  const place = await placeOf(cli, options);
  const { digest } = await imageNamed(place, given);
  const { api, id, query } = place;
  const { value, raw } = await api.call('images.tags.set', { params: { id, tag }, query, body: { digest } });
  const { screen } = cli;
  if (screen.json) screen.value(raw);
  if (value.digest !== digest) {
    const where = value.digest === null ? 'stays removed' : `stays at ${shortDigest(value.digest)}`;
    const next = `See it: bitflow images show ${tag}. To go back for longer, push the revert.`;
    throw new CliError(EXIT.failed, `${tag} ${where}: a later push has it`, next, { code: 'conflict' });
  }
  screen.line(`${tag} points to ${shortDigest(digest)}, until the next push that has this tag.`);
  if (!value.written) screen.note('The registry has not agreed yet: it will within about a minute.');
}
