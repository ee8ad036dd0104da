import { z } from 'zod';
import { Permission, Role } from '#core/access.ts';
import { Time } from './common.ts';

const DAY_S = 24 * 3600;

export const TokenBody = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: 'what it is for, as people read it', example: 'nightly builds' }),
  role: Role.optional().meta({ description: 'yours, unless said otherwise; never more' }),
  scopes: z
    .array(Permission)
    .min(1)
    .max(Permission.options.length)
    .optional()
    .meta({ description: 'what it may do; without it, all that the role may' }),
  expires_in_s: z
    .int()
    .min(1)
    .max(3650 * DAY_S)
    .nullable()
    .default(90 * DAY_S)
    .meta({ description: '90 days unless said otherwise; null: it does not expire' }),
});

export const TokenView = z
  .object({
    id: z.string(),
    name: z.string(),
    role: Role,
    scopes: z.array(Permission).nullable().meta({ description: 'null: all that the role may do' }),
    owner: z.string().nullable().meta({ description: 'the person who answers for it' }),
    made_by_token: z.string().nullable().meta({ description: 'the token that it ends with' }),
    created_at: Time,
    expires_at: Time.nullable(),
    revoked_at: Time.nullable(),
    last_used_at: Time.nullable().meta({ description: 'to the minute' }),
  })
  .meta({ id: 'Token' });

export const NewTokenView = TokenView.extend({
  token: z.string().meta({ description: 'the token itself: shown now, and never again' }),
}).meta({ id: 'NewToken' });

export const TokenList = z.object({ tokens: z.array(TokenView), next_cursor: z.string().nullable() });
