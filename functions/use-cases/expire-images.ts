import { type Build, isTerminal } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { destinationOf } from '#core/tags.ts';
import { deleteImage, type ImagesDeps } from './images.ts';
import { repairTag } from './write-tag.ts';

/**
 * Takes the image of a build away whose time is over: its tags, as far as they are still this build's, then the image
 * itself. All of it can be repeated. What somebody else needs by then stays: a tag that a person put on it, a
 * signature, a registry that deletes nothing.
 * @returns false where there is something left to do, later. Throws TransientError where the registry is away.
 */
export async function expireImage(deps: ImagesDeps, build: Build): Promise<boolean> {
  if (!isTerminal(build.status)) return false;
  if (build.status === 'succeeded' && !(await remove(deps, build))) return false;
  await deps.store.builds.clearExpiry(build.id);
  return true;
}

async function remove(deps: ImagesDeps, build: Build): Promise<boolean> {
  const { order, result, image } = build;
  if (order === null || result === null) return true;
  const destination = destinationOf(build);
  for (const tag of image.tags) {
    // At the build's own place among the pushes: it takes the tag from nobody, neither from a later build of the
    // same tag nor from a person who pointed it elsewhere.
    const wish = { digest: null, order, asked_at: build.created_at };
    const document = await deps.store.tags.move(destination, tag, wish);
    if (document.dirty && !(await repairTag(deps, document))) return false; // another writer is at it
  }
  try {
    await deleteImage(deps, destination, result.index_digest);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (await deps.store.imageLocks.isTaken(destination, result.index_digest, deps.now()))
      throw new TransientError('somebody decides over the image just now', { cause: error });
    return true;
  }
}
