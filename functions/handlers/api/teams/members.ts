import { createRoute } from '@hono/zod-openapi';
import { PageQuery } from '#core/api/common.ts';
import { MemberBody, MemberList, MemberParams, MemberView, TeamParams } from '#core/api/teams.ts';
import { UserError } from '#core/errors.ts';
import { removeMember } from '#use-cases/remove-member.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS } from '../openapi.ts';
import { teamNamed } from '../scope.ts';
import { memberView } from './view.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/teams/{id}/members',
  summary: 'List a team’s members, newest first',
  ...allowed('teams.members.list', 'team:read'),
  request: { params: TeamParams, query: PageQuery },
  responses: {
    200: json(MemberList, 'A page.'),
    ...PROBLEMS,
  },
});

const put = createRoute({
  method: 'put',
  path: '/v1/teams/{id}/members/{email}',
  summary: 'Add a member, or change their role',
  ...allowed('teams.members.set', 'team:write'),
  request: { params: MemberParams, ...body(MemberBody) },
  responses: { 200: json(MemberView, 'The member as they are now.'), ...PROBLEMS, ...CONFLICT },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/teams/{id}/members/{email}',
  summary: 'Take a member out, and revoke their tokens',
  ...allowed('teams.members.remove', 'team:write'),
  request: { params: MemberParams },
  responses: { 204: { description: 'They are in the team no longer.' }, ...PROBLEMS, ...CONFLICT },
});

/** The people of a team. */
export function memberRoutes(api: Api, deps: ApiDeps): void {
  const { store, now } = deps;
  api.openapi(list, async (context) => {
    const team = await teamNamed(store, context.get('caller'), context.req.valid('param').id);
    const { limit, cursor } = context.req.valid('query');
    const { items, next } = await store.members.list(team.id, { limit, after: cursor ?? null });
    return context.json({ members: items.map(memberView), next_cursor: next }, 200);
  });
  api.openapi(put, async (context) => {
    const { id, email } = context.req.valid('param');
    const caller = context.get('caller');
    const team = await teamNamed(store, caller, id);
    const { role } = context.req.valid('json');
    const given = { version: 1, team: team.id, email, role, added_by: caller.id, created_at: now() } as const;
    return context.json(memberView(await store.members.put(given)), 200);
  });
  api.openapi(remove, async (context) => {
    const { id, email } = context.req.valid('param');
    const team = await teamNamed(store, context.get('caller'), id);
    if (!(await removeMember(deps, team.id, email)))
      throw new UserError('not_found', `${email} is not in the team`);
    return context.body(null, 204);
  });
}
