import { z } from 'zod';
import { Permission, Role } from '#core/access.ts';
import { Time } from './common.ts';

export const MeView = z
  .object({
    kind: z.enum(['user', 'token']),
    id: z.string().meta({ description: 'a person’s e-mail address, or a token’s id' }),
    owner: z
      .string()
      .nullable()
      .meta({ description: 'the person who answers for a token; a person is their own; null: nobody' }),
    teams: z.array(z.object({ id: z.string(), role: Role })),
    acting_for: z
      .object({ team: z.string(), role: Role, permissions: z.array(Permission) })
      .nullable()
      .meta({ description: 'null: of no team, or of several and none named by X-Bitflow-Team' }),
    expires_at: Time.nullable().meta({ description: 'when a token ends; null: never, or no token' }),
  })
  .meta({ id: 'Me' });

export const SignedOutView = z
  .object({ revoked: z.string().meta({ description: 'the id of the token' }) })
  .meta({ id: 'SignedOut' });
