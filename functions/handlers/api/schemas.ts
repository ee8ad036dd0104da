import { z } from '@hono/zod-openapi';
import { isFullName, isInnerPath, isShortRefName } from '#core/git-names.ts';

/** The kinds of values that several resources share. */
export const Time = z.iso.datetime().openapi({ description: 'ISO 8601, UTC, ms' });
export const FullName = z.string().refine(isFullName, 'must be owner/name');
export const Branch = z.string().max(255).refine(isShortRefName, 'is not a branch name that git accepts');
export const RootDirectory = z
  .string()
  .refine(isInnerPath, 'must be a folder inside the checkout, without "..", a leading "/" or "-"');

/** A time in ms since the epoch, as callers see it. */
export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

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
