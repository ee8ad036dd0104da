import type { z } from '@hono/zod-openapi';
import { iso } from '#core/api/common.ts';
import type { MemberView, TeamView } from '#core/api/teams.ts';
import type { Member } from '#core/member.ts';
import { isProvisioned, type Provisioned } from '#core/provisioned.ts';
import type { Team } from '#core/team.ts';

/** A team as its members see it. */
export function teamView(team: Team, teams: Provisioned): z.infer<typeof TeamView> {
  const { version: _, created_at, ...shown } = team;
  return { ...shown, provisioned: isProvisioned(teams, team.registry_prefix), created_at: iso(created_at) };
}

/** A member as the team sees them. */
export function memberView({ email, role, added_by, created_at }: Member): z.infer<typeof MemberView> {
  return { email, role, added_by, created_at: iso(created_at) };
}
