import { z } from 'zod';
import { BuildErrorCode, BuilderType, BuildStatus } from '#core/build.ts';
import { BuildConfig } from '#core/build-config.ts';
import { BuilderTypeInfo } from '#core/builder-types.ts';
import { BUILD_ID_START } from '#core/ids.ts';
import { LOG_CURSOR } from '#core/page.ts';
import { Branch, PageQuery, Time } from './common.ts';
import { EXAMPLE } from './examples.ts';

export const BuildIdParams = z.object({ id: z.string().max(64).meta({ example: EXAMPLE.build }) });

/** Of one that waits for approval. */
export const WaitingBuildParams = z.object({
  id: z.string().max(64).meta({ example: EXAMPLE.waitingBuild }),
});

export const BuildView = z
  .object({
    id: z.string(),
    repository_id: z.string(),
    repository: z.string().meta({ description: 'owner/name' }),
    status: BuildStatus,
    reason: z
      .string()
      .nullable()
      .meta({ description: 'why it is in its status, where there is more to say' }),
    superseded_by: z
      .string()
      .nullable()
      .meta({ description: 'the build of a later push that it gave way to' }),
    ref: z.string().nullable(),
    branch: z.string().nullable(),
    commit_sha: z.string(),
    pull_request: z
      .object({ number: z.int(), fork: z.boolean().meta({ description: 'whether it is of a fork' }) })
      .nullable(),
    builder_type: BuilderType,
    image: z
      .object({
        reference: z.string().meta({ description: 'host/path@digest of the index' }),
        digest: z.string().meta({ description: 'the digest of the index, the one to deploy by' }),
        platforms: z.array(z.object({ platform: z.string(), manifest_digest: z.string() })),
        tags: z.array(z.string()).meta({ description: 'those that this build moved' }),
        size_bytes: z.int(),
      })
      .nullable(),
    image_expires_at: Time.nullable().meta({
      description: 'when the image is removed; null: it stays, or is gone',
    }),
    build_config: BuildConfig.extend({
      registry_url: z.string().nullable(),
      image_name: z.string().meta({ description: 'the path in the registry, the team’s prefix first' }),
      build_timeout: z.int(),
    }),
    retry_of: z.string().nullable().meta({ description: 'the first of the builds that this one repeats' }),
    error: z.object({ code: BuildErrorCode, message: z.string() }).nullable(),
    attempt: z
      .int()
      .meta({ description: 'how often it was given to Cloud Build; 0 while it waits for the first time' }),
    created_at: Time,
    queued_at: Time,
    started_at: Time.nullable(),
    finished_at: Time.nullable(),
    stages: z.array(z.object({ name: z.string(), started_at: Time, duration_ms: z.int().nullable() })),
  })
  .meta({ id: 'Build' });

export const LogView = z
  .object({
    lines: z.array(z.object({ seq: z.int(), at: Time, stage: z.string(), text: z.string() })),
    next_cursor: z.string(),
    complete: z.boolean(),
  })
  .meta({ id: 'LogPage' });

export const LogQuery = z.object({
  cursor: z.string().regex(LOG_CURSOR, 'must be a next_cursor of this log').optional(),
  limit: z.coerce.number().int().min(1).max(10_000).optional().meta({ description: 'lines of a page' }),
  format: z.enum(['json', 'text']).default('json'),
  wait_s: z.coerce.number().min(0).max(25).default(0).meta({
    description: 'how long to wait where there is nothing to tell yet (long poll); not for text',
  }),
});

export const BuildList = z.object({ builds: z.array(BuildView), next_cursor: z.string().nullable() });

export const BuilderTypeList = z.object({
  builder_types: z.array(BuilderTypeInfo.meta({ id: 'BuilderType' })),
});

export const RetryBody = z.strictObject({
  at: z.enum(['commit', 'head']).default('commit').meta({
    description:
      '`commit`: the same commit, which keeps its place among the pushes. `head`: what the ref is now.',
  }),
});

/** One value or several: a query string holds a list of one as it holds a single value. */
const Statuses = z
  .preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(BuildStatus).min(1).max(BuildStatus.options.length).optional(),
  )
  .meta({
    type: 'array',
    items: { type: 'string', enum: [...BuildStatus.options] },
    minItems: 1,
    maxItems: BuildStatus.options.length,
    description: 'One status or several (`status=queued&status=running`)',
    example: ['queued', 'running'],
  });

export const BuildListQuery = z.strictObject({
  ...PageQuery.shape,
  repository_id: z.string().min(1).max(300).optional().meta({ description: 'Its id, or owner/name' }),
  status: Statuses,
  branch: Branch.optional().meta({ example: 'main' }),
  builder_type: BuilderType.optional().meta({
    description: '`auto`: those for which none was chosen yet',
  }),
  since: z.iso
    .datetime({ offset: true })
    .max(40)
    .optional()
    .meta({ description: 'Those created at this time or later (ISO 8601)' }),
  id_prefix: z
    .string()
    .regex(BUILD_ID_START, 'must be the start of a build’s id')
    .optional()
    .meta({
      description:
        'Those whose id starts so, by id, as many as `limit`: what a shortened id stands for. Only by itself (422 with a filter or a cursor).',
      example: EXAMPLE.build.slice(0, 8),
    }),
});
