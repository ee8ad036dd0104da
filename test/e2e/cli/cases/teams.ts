import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { MemberList, MemberView, TeamList, TeamView } from '#core/api/teams.ts';
import { must } from '../world.ts';
import type { Case } from './case.ts';

const MEMBER = 'grace@rockets.example';

export const TEAMS: readonly Case[] = [
  { command: 'teams list', argv: () => ['teams', 'list'], schema: TeamList },
  { command: 'teams show', argv: () => ['teams', 'show'], schema: TeamView },
  {
    command: 'teams create',
    argv: () => ['teams', 'create', `team-${randomBytes(4).toString('hex')}`, '--admin', MEMBER],
    as: 'operator',
    schema: TeamView,
  },
  {
    command: 'teams create',
    about: 'who may not',
    argv: () => ['teams', 'create', 'rockets', '--admin', MEMBER],
    schema: null,
    code: 3,
  },
  {
    command: 'teams change',
    argv: () => ['teams', 'change', '--name', 'Rockets and Sons'],
    schema: TeamView,
  },
  { command: 'teams limits', argv: () => ['teams', 'limits'], schema: TeamView },
  {
    command: 'teams limits',
    about: 'set',
    argv: ({ team }) => ['teams', 'limits', team, '--concurrent-builds', '2', '--build-timeout', '30m'],
    as: 'operator',
    schema: TeamView,
  },
  {
    command: 'teams members set',
    argv: () => ['teams', 'members', 'set', MEMBER, 'developer'],
    schema: MemberView,
  },
  { command: 'teams members list', argv: () => ['teams', 'members', 'list'], schema: MemberList },
  {
    command: 'teams members remove',
    argv: () => ['teams', 'members', 'remove', MEMBER],
    before: ({ client, team }) =>
      must(client, 'PUT', `/v1/teams/${team}/members/${MEMBER}`, { role: 'viewer' }),
    confirms: true,
    schema: z.strictObject({ member: z.literal(MEMBER), team: z.string(), done: z.literal('removed') }),
  },
];
