import { z } from '@hono/zod-openapi';
import { Role } from '#core/access.ts';
import { TeamId, TeamLimits } from '#core/team.ts';
import { EXAMPLE } from '../examples.ts';
import { EmailField, Time } from '../schemas.ts';

const Name = z.string().min(1).max(100).openapi({ example: 'Rockets' });
const Limits = z.object(TeamLimits.shape).openapi('TeamLimits');

export const TeamBody = z.strictObject({
  id: TeamId.meta({ description: 'in addresses; it stays', example: 'rockets' }),
  name: Name,
  admin: EmailField.meta({
    description: 'the e-mail address of its first admin',
    example: 'wile@rockets.example',
  }),
  registry_prefix: TeamId.optional().openapi({
    description: 'the first part of its images’ paths, the id unless said otherwise; it stays',
  }),
});

export const TeamChange = z.strictObject({ name: Name.optional() });

/** Every limit, so that none is reset by forgetting it. */
export const LimitsBody = z.strictObject(TeamLimits.shape).openapi('TeamLimitsBody');

export const TeamView = z
  .object({
    id: z.string(),
    name: z.string(),
    registry_prefix: z.string(),
    limits: Limits,
    operates: z.boolean().openapi({ description: 'whether its admins operate the installation' }),
    created_at: Time,
  })
  .openapi('Team');

export const MemberBody = z.strictObject({ role: Role });

export const MemberView = z
  .object({
    email: z.string(),
    role: Role,
    added_by: z.string().openapi({ description: 'a person’s e-mail address, or a token’s id' }),
    created_at: Time,
  })
  .openapi('Member');

export const TeamParams = z.object({ id: z.string().max(64).openapi({ example: EXAMPLE.team }) });
export const MemberParams = TeamParams.extend({ email: EmailField.meta({ example: EXAMPLE.email }) });
