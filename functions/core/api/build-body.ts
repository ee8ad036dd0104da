import { z } from 'zod';
import { BuilderType } from '#core/build.ts';
import {
  CacheMode,
  DEFAULT_TIMEOUT_S,
  ImagePlatform,
  MAX_TIMEOUT_S,
  NixpacksVersion,
} from '#core/build-config.ts';
import {
  ANY_REF_NAME,
  COMMIT_SHA,
  isRefName,
  isShortRefName,
  MAX_REF_CHARS,
  OCI_TAG,
} from '#core/git-names.ts';
import { IMAGE_NAME, isImageName } from '#core/image-names.ts';
import { Branch, VariablesField } from './common.ts';
import { EXAMPLE } from './examples.ts';

/** A ref as people write it: a full one, or a branch or tag name. */
const Ref = z
  .string()
  .max('refs/heads/'.length + MAX_REF_CHARS)
  .refine(
    (ref) => (ref.startsWith('refs/') ? isRefName(ref) : isShortRefName(ref)),
    'is not a ref that git accepts',
  )
  .meta({ pattern: ANY_REF_NAME.source, example: 'refs/tags/v1.2.0' });

/** How to build. Each field does what it says, or is refused with what would be accepted. */
const BuildConfigBody = z
  .strictObject({
    nixpacks_version: NixpacksVersion.optional().meta({
      description: 'Left out: the version that the builder image has.',
    }),
    registry_url: z.string().min(1).max(512).optional().meta({
      description: 'One of the team’s own registries (`host/path`). Left out: the installation’s own.',
      example: 'ghcr.io/acme',
    }),
    image_name: z
      .string()
      .max(128)
      .refine(
        isImageName,
        'must be an OCI repository name: lower-case parts of letters, digits and . _ -, separated by /',
      )
      .optional()
      .meta({
        pattern: IMAGE_NAME.source,
        description: 'The image’s path below the team’s prefix. Left out: the repository’s own.',
        example: 'acme/shop',
      }),
    build_timeout: z
      .int()
      .min(10)
      .max(MAX_TIMEOUT_S)
      .optional()
      .meta({
        description: `How long the build may take (s), within the team’s limit. Left out: ${DEFAULT_TIMEOUT_S}, or that limit where it is lower.`,
      }),
    scan_on_push: z
      .literal(false, { error: 'images are not scanned yet: give false, or leave it out' })
      .default(false)
      .meta({ description: 'Images are not scanned yet: true is refused.' }),
    environment: VariablesField.default({}).meta({
      description:
        'The image’s environment, over the repository’s run-time variables. RUN steps do not see it.',
    }),
    build_args: VariablesField.default({}).meta({
      description:
        'What the build’s commands see, over the repository’s build-time variables. The image does not keep it.',
    }),
    cache: CacheMode.default('on').meta({
      description: '`off`: nothing is read or written. `refresh`: nothing is read, and all is written anew.',
    }),
    platforms: z
      .array(ImagePlatform)
      .min(1)
      .max(1, 'one platform a build: linux/amd64')
      .default(['linux/amd64'])
      .meta({ description: 'One, for now.' }),
  })
  .meta({ id: 'BuildConfig' });

export const BuildBody = z
  .strictObject({
    repository_id: z
      .string()
      .max(300)
      .meta({ description: 'The id, or owner/name.', example: EXAMPLE.repository }),
    branch: Branch.optional().meta({ description: 'Its newest commit, as the git host has it now.' }),
    ref: Ref.optional().meta({ description: 'A full ref, or the name of a branch or tag.' }),
    commit_sha: z
      .string()
      .regex(COMMIT_SHA, 'must be a full commit id')
      .optional()
      .meta({ description: 'A commit, whatever branch it is on.' }),
    builder_type: BuilderType.optional().meta({ description: 'Left out: the repository’s own.' }),
    image_tag: z
      .string()
      .regex(OCI_TAG, 'must be an OCI tag: letters, digits, _ . -, at most 128')
      .optional()
      .meta({ description: 'The one tag of the image, instead of those that its ref gives it.' }),
    build_config: BuildConfigBody.optional(),
  })
  .refine(
    (body) => [body.branch, body.ref, body.commit_sha].filter((item) => item !== undefined).length <= 1,
    {
      message: 'give one of branch, ref and commit_sha',
      path: ['branch'],
    },
  )
  .meta({
    description:
      'Without branch, ref and commit_sha, the default branch is built; two of them at once are refused.',
    not: {
      anyOf: [
        { required: ['branch', 'ref'] },
        { required: ['branch', 'commit_sha'] },
        { required: ['ref', 'commit_sha'] },
      ],
    },
    example: { repository_id: EXAMPLE.repository, branch: 'main' },
  });
