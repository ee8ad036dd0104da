import { z } from '@hono/zod-openapi';
import { BuildErrorCode, BuilderType, BuildStatus } from '#core/build.ts';
import { COMMIT_SHA, isRefName, isShortRefName, OCI_TAG } from '#core/git-names.ts';
import { Branch, Time } from '../schemas.ts';

/** A ref as people write it: a full one, or a branch or tag name. */
const Ref = z
  .string()
  .max(1024)
  .refine(
    (ref) => (ref.startsWith('refs/') ? isRefName(ref) : isShortRefName(ref)),
    'is not a ref that git accepts',
  );

export const BuildBody = z
  .strictObject({
    repository_id: z.string().max(300),
    branch: Branch.optional(),
    ref: Ref.optional(),
    commit_sha: z.string().regex(COMMIT_SHA, 'must be a full commit id').optional(),
    builder_type: BuilderType.optional(),
    image_tag: z
      .string()
      .regex(OCI_TAG, 'must be an OCI tag: letters, digits, _ . -, at most 128')
      .optional(),
  })
  .refine(
    (body) => [body.branch, body.ref, body.commit_sha].filter((item) => item !== undefined).length <= 1,
    {
      message: 'give one of branch, ref and commit_sha',
      path: ['branch'],
    },
  );

export const BuildView = z
  .object({
    id: z.string(),
    repository_id: z.string(),
    status: BuildStatus,
    reason: z.string().nullable(),
    ref: z.string().nullable(),
    branch: z.string().nullable(),
    commit_sha: z.string(),
    builder_type: BuilderType,
    image: z
      .object({
        reference: z.string().openapi({ description: 'host/path@digest of the index' }),
        digest: z.string().openapi({ description: 'the digest of the index, the one to deploy by' }),
        platforms: z.array(z.object({ platform: z.string(), manifest_digest: z.string() })),
        tags: z.array(z.string()),
        size_bytes: z.int(),
      })
      .nullable(),
    error: z.object({ code: BuildErrorCode, message: z.string() }).nullable(),
    attempt: z.int(),
    created_at: Time,
    queued_at: Time,
    started_at: Time.nullable(),
    finished_at: Time.nullable(),
    stages: z.array(z.object({ name: z.string(), started_at: Time, duration_ms: z.int().nullable() })),
  })
  .openapi('Build');

export const LogView = z
  .object({
    lines: z.array(z.object({ seq: z.int(), at: Time, stage: z.string(), text: z.string() })),
    next_cursor: z.string(),
    complete: z.boolean(),
  })
  .openapi('LogPage');

export const LogQuery = z.object({
  cursor: z.string().max(64).optional(),
  wait_s: z.coerce.number().min(0).max(25).default(0),
});
