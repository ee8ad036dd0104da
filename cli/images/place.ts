import type { Api } from '../kit/api.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { pages } from '../kit/pages.ts';
import { repositoryOf } from '../kit/repository.ts';
import { clean } from '../kit/text.ts';
import { registryIdOf } from '../registries/which.ts';

export interface PlaceOptions {
  readonly repo?: string | undefined;
  readonly registry?: string | undefined;
}

/** How many images are looked through for a tag or a shortened digest. */
const MOST = 1000;

/** Where the images of a repository are, as every operation on them has it. */
export interface Place {
  readonly api: Api;
  /** The repository. */
  readonly id: string;
  readonly query: { readonly registry_id?: string };
}

export async function placeOf(cli: Cli, { repo, registry }: PlaceOptions): Promise<Place> {
  const id = await repositoryOf(cli, repo);
  const api = await cli.api();
  return { api, id, query: registry === undefined ? {} : { registry_id: await registryIdOf(api, registry) } };
}

/** The images there, as many as asked for. */
export function imagesOf({ api, id, query }: Place, limit: number) {
  return pages(limit, 'images', (page) =>
    api.call('images.list', { params: { id }, query: { ...query, ...page } }),
  );
}

/** What somebody named: an image by its digest, or one of its tags. */
export interface Named {
  readonly digest: string;
  /** Null: by its digest. */
  readonly tag: string | null;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * The image that a digest, the beginning of one (with or without `sha256:`) or a tag stands for. Throws CliError: 4
 * where there is none, 2 where it could be several.
 */
export async function imageNamed(place: Place, given: string): Promise<Named> {
  if (DIGEST.test(given)) return { digest: given, tag: null };
  const { items, more } = await imagesOf(place, MOST);
  const tagged = items
    .filter(({ tags }) => tags.includes(given))
    .map(({ digest }) => ({ digest, tag: given }));
  const begun = items
    .filter(({ digest }) => beginsWith(digest, given))
    .map(({ digest }) => ({ digest, tag: null }));
  const [found, ...others] = [...tagged, ...begun];
  if (found !== undefined && others.length === 0) return found;
  const name = JSON.stringify(clean(given));
  if (found === undefined)
    throw new CliError(
      EXIT.notFound,
      `there is no image ${name} of ${place.id}${more ? ` among the first ${MOST}` : ''}`,
      'See them: bitflow images list',
    );
  const what = [...tagged.map(() => `the tag ${given}`), ...begun.map(({ digest }) => shortDigest(digest))];
  throw new CliError(
    EXIT.usage,
    `${name} could be several: ${what.slice(0, 5).join(', ')}`,
    'Write more of the digest, with sha256:',
  );
}

function beginsWith(digest: string, given: string): boolean {
  return digest.startsWith(given) || digest.startsWith(`sha256:${given}`);
}

/** A digest as people read and copy it: long enough to be told from others. */
export const shortDigest = (digest: string): string => digest.slice(0, 'sha256:'.length + 12);
