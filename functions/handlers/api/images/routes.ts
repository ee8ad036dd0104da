import { createRoute, type z } from '@hono/zod-openapi';
import type { Caller } from '#core/access.ts';
import {
  ImageList,
  ImagePageQuery,
  ImageParams,
  ImageQuery,
  ImageTagView,
  ImageView,
  NewTagParams,
  RepositoryParams,
  TagBody,
  TagParams,
} from '#core/api/images.ts';
import { Digest } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import { releasedPath } from '#core/image-names.ts';
import type { Destination } from '#core/tags.ts';
import { type MovedTag, pointTag, removeTag } from '#use-cases/image-tags.ts';
import { deleteImage, getImage, listImages } from '#use-cases/images.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS, REFUSED } from '../openapi.ts';
import { registryOf, repositoryOf } from '../scope.ts';
import { imageView } from './view.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/repositories/{id}/images',
  summary: 'List the images of a repository',
  ...allowed('images.list', 'images:read'),
  request: { params: RepositoryParams, query: ImagePageQuery },
  responses: {
    200: json(ImageList, 'A page.'),
    ...PROBLEMS,
    ...REFUSED,
  },
});

const get = createRoute({
  method: 'get',
  path: '/v1/repositories/{id}/images/{digest}',
  summary: 'Get an image',
  ...allowed('images.get', 'images:read'),
  request: { params: ImageParams, query: ImageQuery },
  responses: { 200: json(ImageView, 'The image.'), ...PROBLEMS, ...REFUSED },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/repositories/{id}/images/{digest}',
  summary: 'Delete an image that nothing needs',
  ...allowed('images.delete', 'images:write'),
  request: { params: ImageParams, query: ImageQuery },
  responses: { 204: { description: 'Deleted.' }, ...PROBLEMS, ...CONFLICT, ...REFUSED },
});

const setTag = createRoute({
  method: 'put',
  path: '/v1/repositories/{id}/images/tags/{tag}',
  summary: 'Point a tag to an image, until the next push',
  ...allowed('images.tags.set', 'images:write'),
  request: { params: NewTagParams, query: ImageQuery, ...body(TagBody) },
  responses: { 200: json(ImageTagView, 'What the tag points to.'), ...PROBLEMS, ...CONFLICT, ...REFUSED },
});

const deleteTag = createRoute({
  method: 'delete',
  path: '/v1/repositories/{id}/images/tags/{tag}',
  summary: 'Remove a tag, until the next push',
  ...allowed('images.tags.delete', 'images:write'),
  request: { params: TagParams, query: ImageQuery },
  responses: { 204: { description: 'Removed, or about to be.' }, ...PROBLEMS, ...REFUSED },
});

/** The images of repositories, and their tags. */
export function imageRoutes(api: Api, deps: ApiDeps): void {
  const { store, images, release } = deps;
  /** Where the images of a repository of the caller's team are. */
  const placeOf = async (caller: Caller, id: string, registryId: string | undefined) => {
    const repository = await repositoryOf(store, caller, id);
    const own = registryId === undefined ? null : await registryOf(store, caller, registryId);
    const destination: Destination = {
      team: repository.team,
      registry: own?.url ?? null,
      name: repository.image_name,
    };
    const path = releasedPath(release, destination.registry, destination.name);
    return { destination, path };
  };
  api.openapi(list, async (context) => {
    const { limit, cursor, registry_id } = context.req.valid('query');
    const { id } = context.req.valid('param');
    const { destination, path } = await placeOf(context.get('caller'), id, registry_id);
    const page = await listImages(images, destination, { limit, after: cursor ?? null });
    const shown = page.items.map((image) => imageView(image, path, deps.now()));
    return context.json({ images: shown, next_cursor: page.next }, 200);
  });
  api.openapi(setTag, async (context) => {
    const { id, tag } = context.req.valid('param');
    const { registry_id } = context.req.valid('query');
    const { destination } = await placeOf(context.get('caller'), id, registry_id);
    const moved = await pointTag(images, destination, tag, context.req.valid('json').digest);
    return context.json(tagView(moved), 200);
  });
  api.openapi(deleteTag, async (context) => {
    const { id, tag } = context.req.valid('param');
    const { registry_id } = context.req.valid('query');
    const { destination } = await placeOf(context.get('caller'), id, registry_id);
    await removeTag(images, destination, tag);
    return context.body(null, 204);
  });
  api.openapi(get, async (context) => {
    const { id, digest } = context.req.valid('param');
    const { registry_id } = context.req.valid('query');
    const { destination, path } = await placeOf(context.get('caller'), id, registry_id);
    const image = await getImage(images, destination, digestIn(digest));
    return context.json(imageView(image, path, deps.now()), 200);
  });
  api.openapi(remove, async (context) => {
    const { id, digest } = context.req.valid('param');
    const { registry_id } = context.req.valid('query');
    const { destination } = await placeOf(context.get('caller'), id, registry_id);
    await deleteImage(images, destination, digestIn(digest));
    return context.body(null, 204);
  });
}

function tagView({ document: { tag, digest }, written }: MovedTag): z.infer<typeof ImageTagView> {
  return { tag, digest, written };
}

/** A digest of an address; what is none names no image. */
function digestIn(text: string): string {
  if (Digest.safeParse(text).success) return text;
  throw new UserError('not_found', `there is no image ${JSON.stringify(text)}`);
}
