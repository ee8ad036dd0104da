import { z } from 'zod';
import { Role } from '#core/access.ts';
import { TeamId, TeamLimits } from '#core/team.ts';
import { EmailField, Time } from './common.ts';
import { EXAMPLE } from './examples.ts';

const Name = z.string().min(1).max(100).meta({ example: 'Rockets' });
const Limits = z.object(TeamLimits.shape).meta({ id: 'TeamLimits' });

export const TeamBody = z.strictObject({
  id: TeamId.meta({ description: 'in addresses; it stays', example: 'rockets' }),
  name: Name,
  admin: EmailField.meta({
    description: 'the e-mail address of its first admin',
    example: 'wile@rockets.example',
  }),
  registry_prefix: TeamId.optional().meta({
    description: 'the first part of its images’ paths, the id unless said otherwise; it stays',
  }),
});

export const TeamChange = z.strictObject({ name: Name.optional() });

/** Every limit, so that none is reset by forgetting it. */
export const LimitsBody = z.strictObject(TeamLimits.shape).meta({ id: 'TeamLimitsBody' });

export const TeamView = z
  .object({
    id: z.string(),
    name: z.string(),
    registry_prefix: z.string(),
    limits: Limits,
    operates: z.boolean().meta({ description: 'whether its admins operate the installation' }),
    provisioned: z.boolean().meta({
      description:
        'whether it has registries to build into. If not, its builds are refused until an operator adds it to `teams` in the environment’s tfvars file and deploys.',
    }),
    created_at: Time,
  })
  .meta({ id: 'Team' });

export const MemberBody = z.strictObject({ role: Role });

export const MemberView = z
  .object({
    email: z.string(),
    role: Role,
    added_by: z.string().meta({ description: 'a person’s e-mail address, or a token’s id' }),
    created_at: Time,
  })
  .meta({ id: 'Member' });

export const TeamParams = z.object({ id: z.string().max(64).meta({ example: EXAMPLE.team }) });
export const MemberParams = TeamParams.extend({ email: EmailField.meta({ example: EXAMPLE.email }) });

export const TeamList = z.object({ teams: z.array(TeamView), next_cursor: z.string().nullable() });

export const MemberList = z.object({ members: z.array(MemberView), next_cursor: z.string().nullable() });
