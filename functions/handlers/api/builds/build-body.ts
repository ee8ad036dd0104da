import { z } from '@hono/zod-openapi';
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
import type { BuildRequest } from '#use-cases/create-build.ts';
import { EXAMPLE } from '../examples.ts';
import { Branch, VariablesField } from '../schemas.ts';

/** A ref as people write it: a full one, or a branch or tag name. */
const Ref = z
  .string()
  .max(MAX_REF_CHARS)
  .refine(
    (ref) => (ref.startsWith('refs/') ? isRefName(ref) : isShortRefName(ref)),
    'is not a ref that git accepts',
  )
  .openapi({ pattern: ANY_REF_NAME.source, example: 'refs/tags/v1.2.0' });

/** How to build. Each field does what it says, or is refused with what would be accepted. */
const BuildConfigBody = z
  .strictObject({
    nixpacks_version: NixpacksVersion.optional().openapi({
      description: 'Left out: the version that the builder image has.',
    }),
    registry_url: z.string().min(1).max(512).optional().openapi({
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
      .openapi({
        pattern: IMAGE_NAME.source,
        description: 'The image’s path below the team’s prefix. Left out: the repository’s own.',
        example: 'acme/shop',
      }),
    build_timeout: z
      .int()
      .min(10)
      .max(MAX_TIMEOUT_S)
      .optional()
      .openapi({
        description: `How long the build may take (s), within the team’s limit. Left out: ${DEFAULT_TIMEOUT_S}, or that limit where it is lower.`,
      }),
    scan_on_push: z
      .literal(false, { error: 'images are not scanned yet: give false, or leave it out' })
      .default(false)
      .openapi({ description: 'Images are not scanned yet: true is refused.' }),
    environment: VariablesField.default({}).openapi({
      description:
        'The image’s environment, over the repository’s run-time variables. RUN steps do not see it.',
    }),
    build_args: VariablesField.default({}).openapi({
      description:
        'What the build’s commands see, over the repository’s build-time variables. The image does not keep it.',
    }),
    cache: CacheMode.default('on').openapi({
      description: '`off`: nothing is read or written. `refresh`: nothing is read, and all is written anew.',
    }),
    platforms: z
      .array(ImagePlatform)
      .min(1)
      .max(1, 'one platform a build: linux/amd64')
      .default(['linux/amd64'])
      .openapi({ description: 'One, for now.' }),
  })
  .openapi('BuildConfig');

export const BuildBody = z
  .strictObject({
    repository_id: z
      .string()
      .max(300)
      .openapi({ description: 'The id, or owner/name.', example: EXAMPLE.repository }),
    branch: Branch.optional().openapi({ description: 'Its newest commit, as the git host has it now.' }),
    ref: Ref.optional().openapi({ description: 'A full ref, or the name of a branch or tag.' }),
    commit_sha: z
      .string()
      .regex(COMMIT_SHA, 'must be a full commit id')
      .optional()
      .openapi({ description: 'A commit, whatever branch it is on.' }),
    builder_type: BuilderType.optional().openapi({ description: 'Left out: the repository’s own.' }),
    image_tag: z
      .string()
      .regex(OCI_TAG, 'must be an OCI tag: letters, digits, _ . -, at most 128')
      .optional()
      .openapi({ description: 'The one tag of the image, instead of those that its ref gives it.' }),
    build_config: BuildConfigBody.optional(),
  })
  .refine(
    (body) => [body.branch, body.ref, body.commit_sha].filter((item) => item !== undefined).length <= 1,
    {
      message: 'give one of branch, ref and commit_sha',
      path: ['branch'],
    },
  )
  .openapi({
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

/** What the body asks for, in the domain's words. */
export function requestOf(body: z.infer<typeof BuildBody>): BuildRequest {
  const { repository_id: _, build_config, ...target } = body;
  if (build_config === undefined) return target;
  const { environment, build_args, cache, platforms, nixpacks_version = null } = build_config;
  return {
    ...target,
    config: { environment, build_args, cache, platforms, nixpacks_version },
    timeout_s: build_config.build_timeout,
    image_name: build_config.image_name,
    registry: build_config.registry_url,
  };
}
