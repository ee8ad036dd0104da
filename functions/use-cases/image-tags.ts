import { TransientError, UserError } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import type { Destination, TagDocument } from '#core/tags.ts';
import { DEFAULT_POOL } from './new-build.ts';
import { releaseTarget } from './release-target.ts';
import { type TagWriterDeps, writeTag } from './write-tag.ts';

export interface ImageTagDeps extends TagWriterDeps {
  readonly store: Pick<Store, 'tags' | 'queue' | 'imageLocks'>;
}

/** What became of a person's wish. */
export interface MovedTag {
  readonly document: TagDocument;
  /** Whether the registry was seen to agree; else `sweep` or another writer puts it right within a minute. */
  readonly written: boolean;
}

/** How long a person's decision over an image may take (ms): longer than the requests that it makes. */
export const LOCK_MS = 120_000;

/**
 * Points a tag to an image that is there. It counts like a push just after every push so far: a later push moves
 * the tag on, an earlier one that ends late does not. Throws UserError('refused') where there is no such image,
 * UserError('conflict') while it is being deleted.
 */
export async function pointTag(
  deps: ImageTagDeps,
  destination: Destination,
  tag: string,
  digest: string,
): Promise<MovedTag> {
  const { registry, path } = await releaseTarget(deps, destination);
  const document = await whileLocked(deps, destination, digest, async () => {
    if ((await registry.digest(path, digest)) === null)
      throw new UserError('refused', `there is no image ${digest} in ${path}`);
    return move(deps, destination, tag, digest);
  });
  return written(deps, destination, tag, document);
}

/** Takes a tag away, with the same place among the pushes. Throws UserError('not_found') where it is not there. */
export async function removeTag(
  deps: ImageTagDeps,
  destination: Destination,
  tag: string,
): Promise<MovedTag> {
  const { registry, path } = await releaseTarget(deps, destination);
  const known = await deps.store.tags.get(destination, tag);
  if ((known?.digest ?? null) === null && (await registry.digest(path, tag)) === null)
    throw new UserError('not_found', `there is no tag ${JSON.stringify(tag)} of ${path}`);
  return written(deps, destination, tag, await move(deps, destination, tag, null));
}

/** Runs a decision over an image that no other decision may cross. Throws UserError('conflict'). */
export async function whileLocked<T>(
  deps: ImageTagDeps,
  destination: Destination,
  digest: string,
  decide: () => Promise<T>,
): Promise<T> {
  const { imageLocks } = deps.store;
  const holder = deps.holder();
  if (!(await imageLocks.take(destination, digest, holder, deps.now(), LOCK_MS)))
    throw new UserError('conflict', `somebody else decides over ${digest} just now; try again`);
  try {
    return await decide();
  } finally {
    await imageLocks.release(destination, digest, holder);
  }
}

async function move(
  deps: ImageTagDeps,
  destination: Destination,
  tag: string,
  digest: string | null,
): Promise<TagDocument> {
  const order = await deps.store.queue.placeOfNow(DEFAULT_POOL);
  return deps.store.tags.move(destination, tag, { digest, order, asked_at: deps.now() });
}

/** From here on the wish is kept: what fails now is made good by `sweep`, unless the registry refuses it. */
async function written(
  deps: ImageTagDeps,
  destination: Destination,
  tag: string,
  document: TagDocument,
): Promise<MovedTag> {
  try {
    const written = await writeTag(deps, destination, tag);
    return { document: (await deps.store.tags.get(destination, tag)) ?? document, written };
  } catch (error) {
    if (error instanceof TransientError) return { document, written: false };
    if (error instanceof UserError) await deps.store.tags.abandon(destination, tag, document.digest);
    throw error;
  }
}
