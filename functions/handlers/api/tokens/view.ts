import type { z } from '@hono/zod-openapi';
import { iso, isoOrNull } from '#core/api/common.ts';
import type { TokenView } from '#core/api/tokens.ts';
import { type ApiToken, personIn } from '#core/token.ts';

/** A token as callers see it: without its hash. */
export function tokenView(token: ApiToken): z.infer<typeof TokenView> {
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    scopes: token.scopes,
    owner: personIn(token.owner),
    made_by_token: token.parent,
    created_at: iso(token.created_at),
    expires_at: isoOrNull(token.expires_at),
    revoked_at: isoOrNull(token.revoked_at),
    last_used_at: isoOrNull(token.last_used_at),
  };
}
