import type { Build } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import { releasedPath } from '#core/image-names.ts';
import type { CatalogImage, ImageCatalog, Page, PageRequest, Store } from '#core/ports.ts';
import type { Destination } from '#core/tags.ts';
import { type ImageTagDeps, whileLocked } from './image-tags.ts';

export interface ImagesDeps extends ImageTagDeps {
  readonly store: Pick<Store, 'tags' | 'queue' | 'imageLocks' | 'builds'>;
  /** What the installation's registry has. */
  readonly catalog: ImageCatalog;
  /** What one of a team's own registries has. Throws UserError('refused') where it is not connected any more. */
  readonly openCatalog: (team: string, url: string) => Promise<ImageCatalog>;
}

/** An image, and the build that made it; null for one that came another way. */
export interface KnownImage {
  readonly image: CatalogImage;
  readonly build: Build | null;
}

/** A page of a repository's images. */
export async function listImages(
  deps: ImagesDeps,
  destination: Destination,
  page: PageRequest,
): Promise<Page<KnownImage>> {
  const { catalog, path } = await catalogOf(deps, destination);
  const { items, next } = await catalog.list(path, page);
  return { items: await Promise.all(items.map((image) => known(deps, destination, image))), next };
}

/** One image. Throws UserError('not_found'). */
export async function getImage(
  deps: ImagesDeps,
  destination: Destination,
  digest: string,
): Promise<KnownImage> {
  const { catalog, path } = await catalogOf(deps, destination);
  const image = await catalog.get(path, digest);
  if (image === null) throw notThere(path, digest);
  return known(deps, destination, image);
}

/**
 * Deletes an image that nothing needs. Throws UserError('not_found'), and UserError('conflict') that names what
 * needs it: a tag, in the registry or in its document; an index or another image; a build that releases it.
 */
export async function deleteImage(deps: ImagesDeps, destination: Destination, digest: string): Promise<void> {
  const { catalog, path } = await catalogOf(deps, destination);
  const image = await catalog.get(path, digest);
  if (image === null) throw notThere(path, digest);
  const inRegistry = [
    ...image.tags.map((tag) => `the tag ${tag}`),
    ...(await catalog.neededBy(path, digest)).map((other) => `the image ${other}`),
  ];
  refuseIfNeeded(digest, inRegistry);
  // Whoever enters `promoting` after this looks at the lock before it relies on what is there (promote.ts).
  await whileLocked(deps, destination, digest, async () => {
    const [tags, builds] = await Promise.all([
      deps.store.tags.wanting(destination, digest, NAMED),
      deps.store.builds.releasing(destination, digest, NAMED),
    ]);
    refuseIfNeeded(digest, [
      ...tags.map(({ tag }) => `the tag ${tag}`),
      ...builds.map(({ id }) => `the build ${id}, which is being released`),
    ]);
    await catalog.delete(path, digest);
  });
}

/** How many of those that need an image are named. */
const NAMED = 20;

function refuseIfNeeded(digest: string, needing: readonly string[]): void {
  if (needing.length === 0) return;
  const problems = needing.slice(0, NAMED).map((what) => ({ path: 'digest', message: `needed by ${what}` }));
  const names = needing.slice(0, NAMED).join(', ');
  throw new UserError('conflict', `${digest} is still needed by ${names}`, { problems });
}

async function catalogOf(deps: ImagesDeps, { team, registry, name }: Destination) {
  const path = releasedPath(deps.paths.release, registry, name);
  return { catalog: registry === null ? deps.catalog : await deps.openCatalog(team, registry), path };
}

async function known(deps: ImagesDeps, destination: Destination, image: CatalogImage): Promise<KnownImage> {
  return { image, build: await deps.store.builds.firstAt(destination, image.digest) };
}

function notThere(path: string, digest: string): UserError {
  return new UserError('not_found', `there is no image ${JSON.stringify(digest)} in ${path}`);
}
