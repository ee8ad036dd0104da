import { z } from '@hono/zod-openapi';
import { OCI_TAG } from '#core/git-names.ts';
import { EXAMPLE } from '../examples.ts';
import { PageQuery, Time } from '../schemas.ts';

const RegistryQuery = z.object({
  registry_id: z
    .string()
    .max(64)
    .optional()
    .openapi({ description: 'one of the team’s own registries; left out: the installation’s' }),
});

export const RepositoryParams = z.object({
  id: z.string().max(300).openapi({ example: EXAMPLE.repository }),
});
export const ImageParams = RepositoryParams.extend({
  digest: z.string().max(128).openapi({ example: EXAMPLE.digest }),
});
export const TagParams = RepositoryParams.extend({
  tag: z.string().max(128).openapi({ example: EXAMPLE.tag }),
});
/** A tag that is made must be one; one that is removed may have any name, and is not there. */
export const NewTagParams = RepositoryParams.extend({
  tag: z
    .string()
    .regex(OCI_TAG, 'must be an OCI tag: letters, digits, _ . -, at most 128')
    .openapi({ example: EXAMPLE.tag }),
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
    .openapi({ example: EXAMPLE.digest }),
});

export const ImageView = z
  .object({
    reference: z.string().openapi({ description: 'host/path@digest' }),
    digest: z.string(),
    media_type: z.string(),
    tags: z.array(z.string()),
    platforms: z.array(z.string()),
    size_bytes: z.int().openapi({ description: 'compressed, as a pull transfers it' }),
    created_at: Time.nullable().openapi({
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
      .openapi({ description: 'the first build that made it; null for one that came another way' }),
  })
  .openapi('Image');

export const ImageTagView = z
  .object({
    tag: z.string(),
    digest: z
      .string()
      .nullable()
      .openapi({ description: 'what it points to; another digest than asked for where a later push has it' }),
    written: z.boolean().openapi({
      description: 'whether the registry was seen to agree; if not, it will within about a minute',
    }),
  })
  .openapi('ImageTag');
