import { z } from '@hono/zod-openapi';
import { BuildErrorCode, BuilderType, BuildStatus } from '#core/build.ts';
import { COMMIT_SHA, isFullName, isInnerPath, isRefName, isShortRefName, OCI_TAG } from '#core/git-names.ts';
import { MAX_SECRET_BYTES, Platform, SecretName } from '#core/repository.ts';

const Time = z.iso.datetime().openapi({ description: 'ISO 8601, UTC, ms' });
const FullName = z.string().refine(isFullName, 'must be owner/name');
const Branch = z.string().max(255).refine(isShortRefName, 'is not a branch name that git accepts');
const RootDirectory = z
  .string()
  .refine(isInnerPath, 'must be a folder inside the checkout, without "..", a leading "/" or "-"');

export const RepositoryBody = z.strictObject({
  platform: Platform,
  full_name: FullName,
  clone_url: z.string().max(2048).optional(),
  default_branch: Branch.default('main'),
  root_directory: RootDirectory.default('.'),
  builder_type: BuilderType.default('auto'),
});

export const RepositoryView = z
  .object({
    id: z.string(),
    platform: Platform,
    full_name: z.string(),
    clone_url: z.string(),
    default_branch: z.string(),
    root_directory: z.string(),
    builder_type: BuilderType,
    secret_names: z.array(z.string()),
    created_at: Time,
  })
  .openapi('Repository');

export const SecretBody = z.strictObject({
  value: z
    .string()
    .min(1)
    .refine((value) => Buffer.byteLength(value) <= MAX_SECRET_BYTES, 'may have 64 KiB at most'),
});

export const SecretParams = z.object({ id: z.string().max(300), name: SecretName });

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

export const DeliveryView = z
  .object({
    id: z.string(),
    platform: Platform,
    event: z.string(),
    received_at: Time,
    verdict: z.enum(['received', 'accepted', 'ignored']),
    reason: z.string().nullable(),
    build_ids: z.array(z.string()),
  })
  .openapi('Delivery');

export const DeadLetterView = z
  .object({
    id: z.string(),
    topic: z.string().nullable(),
    function: z.string().nullable(),
    reason: z.string(),
    attempts: z.int().nullable(),
    build_id: z.string().nullable(),
    size_bytes: z.int(),
    replayable: z.boolean(),
    kept_at: Time,
    replayed_at: Time.nullable(),
    replays: z.int(),
  })
  .openapi('DeadLetter');

export const ProblemView = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
    request_id: z.string(),
  })
  .openapi('Problem');

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(128).optional(),
});

export const LogQuery = z.object({
  cursor: z.string().max(64).optional(),
  wait_s: z.coerce.number().min(0).max(25).default(0),
});
