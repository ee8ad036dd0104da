import { z } from 'zod';
import { MAX_VARIABLES, VARIABLE_NAME, Variables } from '#core/build-config.ts';
import { ERROR_CODES } from '#core/error-codes.ts';
import {
  FULL_NAME,
  INNER_PATH,
  isFullName,
  isInnerPath,
  isShortRefName,
  MAX_REF_CHARS,
  SHORT_REF_NAME,
} from '#core/git-names.ts';
import { CURSOR } from '#core/page.ts';

/** The kinds of values that several resources share. */
export const Time = z.iso.datetime().meta({ description: 'ISO 8601, UTC, ms' });
export const FullName = z
  .string()
  .max(255)
  .refine(isFullName, 'must be owner/name')
  .meta({ pattern: FULL_NAME.source, example: 'acme/shop' });
export const Branch = z
  .string()
  .max(MAX_REF_CHARS)
  .refine(isShortRefName, 'is not a branch name that git accepts')
  .meta({ pattern: SHORT_REF_NAME.source, example: 'main' });
export const RootDirectory = z
  .string()
  .max(1024)
  .refine(isInnerPath, 'must be a folder inside the checkout, without "..", a leading "/" or "-"')
  .meta({ pattern: INNER_PATH.source, example: 'services/api' });

/** A time in ms since the epoch, as callers see it. */
export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

export const ProblemView = z
  .object({
    type: z
      .string()
      .meta({ description: 'where the code is explained, on this host', format: 'uri-reference' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'what is wrong, for people' }),
    code: z.enum(Object.keys(ERROR_CODES)).meta({ description: 'what is wrong, for programs' }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).meta({ description: 'the fields' }),
    request_id: z.string(),
  })
  .meta({
    id: 'Problem',
    example: {
      type: '/docs/errors#invalid_request',
      title: ERROR_CODES.invalid_request.title,
      status: 400,
      detail: 'some fields are not valid',
      code: 'invalid_request',
      errors: [{ path: 'branch', message: 'is not a branch name that git accepts' }],
      request_id: '0b5f7a52-6f0e-4a35-9b0c-0f4d1f6b7a11',
    },
  });

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().regex(CURSOR, 'must be the next_cursor of a page').optional(),
});

/** `Email` as a pattern: what JSON Schema's format of that name allows is not quite what is taken. */
export const EmailField = z
  .string()
  .max(254)
  .regex(z.regexes.email, 'is not an e-mail address')
  .toLowerCase();

/** Variables by name, as the document shows them: the size of all together it cannot say. */
export const VariablesField = Variables.meta({
  propertyNames: { pattern: VARIABLE_NAME.source },
  maxProperties: MAX_VARIABLES,
});
