import { advise } from '../kit/advise.ts';
import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { done } from '../kit/done.ts';
import { imageNamed, type PlaceOptions, placeOf, shortDigest } from './place.ts';

export interface RemoveOptions extends PlaceOptions {
  readonly yes?: boolean | undefined;
}

/** `bitflow images remove`: a tag where one is named, which leaves its image; else the image. */
export async function removeImage(
  cli: Cli,
  given: string,
  { yes, ...options }: RemoveOptions,
): Promise<void> {
  const place = await placeOf(cli, options);
  const { digest, tag } = await imageNamed(place, given);
  const { api, id, query } = place;
  const { screen } = cli;
  if (tag !== null) {
    await confirm(cli, `Remove the tag ${tag} of ${id}? Its image stays.`, yes);
    await api.call('images.tags.delete', { params: { id, tag }, query });
    done(screen, { tag, done: 'removed' }, `The tag ${tag} is removed, until the next push that has it.`);
    return;
  }
  await confirm(cli, `Delete the image ${shortDigest(digest)} of ${id}?`, yes);
  const next = 'Remove its tags first: bitflow images remove TAG';
  await advise('conflict', next, () => api.call('images.delete', { params: { id, digest }, query }));
  done(screen, { image: digest, done: 'removed' }, `The image ${shortDigest(digest)} is deleted.`);
}
