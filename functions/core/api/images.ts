import { z } from 'zod';
import { OCI_TAG } from '#core/git-names.ts';
import { PageQuery, Time } from './common.ts';
import { EXAMPLE } from './examples.ts';

const RegistryQuery = z.object({
  registry_id: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'one of the team’s own registries; left out: the installation’s' }),
});

export const RepositoryParams = z.object({
  id: z.string().max(300).meta({ example: EXAMPLE.repository }),
});
export const ImageParams = RepositoryParams.extend({
  digest: z.string().max(128).meta({ example: EXAMPLE.digest }),
});
export const TagParams = RepositoryParams.extend({
  tag: z.string().max(128).meta({ example: EXAMPLE.tag }),
});
/** A tag that is made must be one; one that is removed may have any name, and is not there. */
export const NewTagParams = RepositoryParams.extend({
  tag: z
    .string()
    .regex(OCI_TAG, 'must be an OCI tag: letters, digits, _ . -, at most 128')
    .meta({ example: EXAMPLE.tag }),
});
export const ImageQuery = RegistryQuery;
/** The cursors are the registry's own, and may be long. */
export const ImagePageQuery = PageQuery.extend({
  cursor: z
    .string()
    .regex(/^[!-~]{1,2048}$/, 'must be the next_cursor of a page')
    .optional(),
  ...RegistryQuery.shape,
});

export const TagBody = z.strictObject({
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits')
    .meta({ example: EXAMPLE.digest }),
});

export const ImageView = z
  .object({
    reference: z.string().meta({ description: 'host/path@digest' }),
    digest: z.string(),
    media_type: z.string(),
    tags: z.array(z.string()),
    platforms: z.array(z.string()),
    size_bytes: z.int().meta({ description: 'compressed, as a pull transfers it' }),
    created_at: Time.nullable().meta({
      description: 'when it was pushed; where the registry does not say, when its build ended',
    }),
    age_s: z.int().nullable(),
    build: z
      .object({
        id: z.string(),
        commit_sha: z.string(),
        ref: z.string().nullable(),
        finished_at: Time.nullable(),
      })
      .nullable()
      .meta({ description: 'the first build that made it; null for one that came another way' }),
  })
  .meta({ id: 'Image' });

export const ImageTagView = z
  .object({
    tag: z.string(),
    digest: z
      .string()
      .nullable()
      .meta({ description: 'what it points to; another digest than asked for where a later push has it' }),
    written: z.boolean().meta({
      description: 'whether the registry was seen to agree; if not, it will within about a minute',
    }),
  })
  .meta({ id: 'ImageTag' });

export const ImageList = z.object({ images: z.array(ImageView), next_cursor: z.string().nullable() });
