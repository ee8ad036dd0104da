import { z } from '@hono/zod-openapi';
import { BuildErrorCode, BuilderType, BuildStatus } from '#core/build.ts';
import { BuildConfig } from '#core/build-config.ts';
import { LOG_CURSOR } from '#use-cases/read-log.ts';
import { EXAMPLE } from '../examples.ts';
import { Time } from '../schemas.ts';

export const BuildIdParams = z.object({ id: z.string().max(64).openapi({ example: EXAMPLE.build }) });

export const BuildView = z
  .object({
    id: z.string(),
    repository_id: z.string(),
    repository: z.string().openapi({ description: 'owner/name' }),
    status: BuildStatus,
    reason: z
      .string()
      .nullable()
      .openapi({ description: 'why it is in its status, where there is more to say' }),
    ref: z.string().nullable(),
    branch: z.string().nullable(),
    commit_sha: z.string(),
    builder_type: BuilderType,
    image: z
      .object({
        reference: z.string().openapi({ description: 'host/path@digest of the index' }),
        digest: z.string().openapi({ description: 'the digest of the index, the one to deploy by' }),
        platforms: z.array(z.object({ platform: z.string(), manifest_digest: z.string() })),
        tags: z.array(z.string()).openapi({ description: 'those that this build moved' }),
        size_bytes: z.int(),
      })
      .nullable(),
    build_config: BuildConfig.extend({
      registry_url: z.string().nullable(),
      image_name: z.string().openapi({ description: 'the path in the registry, the team’s prefix first' }),
      build_timeout: z.int(),
    }),
    retry_of: z.string().nullable().openapi({ description: 'the first of the builds that this one repeats' }),
    error: z.object({ code: BuildErrorCode, message: z.string() }).nullable(),
    attempt: z
      .int()
      .openapi({ description: 'how often it was given to Cloud Build; 0 while it waits for the first time' }),
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
  cursor: z.string().regex(LOG_CURSOR, 'must be a next_cursor of this log').optional(),
  limit: z.coerce.number().int().min(1).max(10_000).optional().openapi({ description: 'lines of a page' }),
  format: z.enum(['json', 'text']).default('json'),
  wait_s: z.coerce.number().min(0).max(25).default(0).openapi({
    description: 'how long to wait where there is nothing to tell yet (long poll); not for text',
  }),
});
