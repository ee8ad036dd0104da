import { z } from '@hono/zod-openapi';
import { Permission, Role } from '#core/access.ts';
import { Time } from '../schemas.ts';

export const MeView = z
  .object({
    kind: z.enum(['user', 'token']),
    id: z.string().openapi({ description: 'a person’s e-mail address, or a token’s id' }),
    teams: z.array(z.object({ id: z.string(), role: Role })),
    acting_for: z
      .object({ team: z.string(), role: Role, permissions: z.array(Permission) })
      .nullable()
      .openapi({ description: 'null: of no team, or of several and none named by X-Bitflow-Team' }),
    expires_at: Time.nullable().openapi({ description: 'when a token ends; null: never, or no token' }),
  })
  .openapi('Me');
