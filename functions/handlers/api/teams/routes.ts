import { createRoute } from '@hono/zod-openapi';
import { PageQuery } from '#core/api/common.ts';
import { LimitsBody, TeamBody, TeamChange, TeamList, TeamParams, TeamView } from '#core/api/teams.ts';
import { UserError } from '#core/errors.ts';
import { DEFAULT_LIMITS, type Team } from '#core/team.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS } from '../openapi.ts';
import { teamNamed, teamsOf } from '../scope.ts';
import { teamView } from './view.ts';

const create = createRoute({
  method: 'post',
  path: '/v1/teams',
  summary: 'Make a team with its first admin',
  ...allowed('teams.create', 'installation:operate'),
  request: body(TeamBody),
  responses: { 201: json(TeamView, 'Made.'), ...PROBLEMS, ...CONFLICT },
});

const list = createRoute({
  method: 'get',
  path: '/v1/teams',
  summary: 'List your teams; operators see all, newest first',
  ...allowed('teams.list', 'team:read'),
  request: { query: PageQuery },
  responses: {
    200: json(TeamList, 'A page.'),
    ...PROBLEMS,
  },
});

const get = createRoute({
  method: 'get',
  path: '/v1/teams/{id}',
  summary: 'Get a team',
  ...allowed('teams.get', 'team:read'),
  request: { params: TeamParams },
  responses: { 200: json(TeamView, 'The team.'), ...PROBLEMS },
});

const change = createRoute({
  method: 'patch',
  path: '/v1/teams/{id}',
  summary: 'Change a team’s name',
  ...allowed('teams.change', 'team:write'),
  request: { params: TeamParams, ...body(TeamChange) },
  responses: { 200: json(TeamView, 'Changed.'), ...PROBLEMS },
});

const setLimits = createRoute({
  method: 'put',
  path: '/v1/teams/{id}/limits',
  summary: 'Set what a team may use',
  ...allowed('teams.limits.set', 'installation:operate'),
  request: { params: TeamParams, ...body(LimitsBody) },
  responses: { 200: json(TeamView, 'Set, for builds that are created from now on.'), ...PROBLEMS },
});

/** Teams. */
export function teamRoutes(api: Api, deps: ApiDeps): void {
  const { store, now } = deps;
  const viewOf = (team: Team) => teamView(team, deps.provisioned);
  api.openapi(create, async (context) => {
    const { id, name, admin, registry_prefix = id } = context.req.valid('json');
    const created_at = now();
    const own = { id, name, registry_prefix, limits: DEFAULT_LIMITS, operates: false };
    const team: Team = { version: 1, ...own, created_at };
    const added_by = context.get('caller').id;
    const member = { version: 1, team: id, email: admin, role: 'admin', added_by, created_at } as const;
    if ((await store.teams.create(team, member)) === 'exists')
      throw new UserError('conflict', `there is a team ${id} already`);
    return context.json(viewOf(team), 201);
  });
  api.openapi(list, async (context) => {
    const { limit, cursor } = context.req.valid('query');
    const page = { limit, after: cursor ?? null };
    const { items, next } = await teamsOf(store, context.get('caller'), context.get('principal'), page);
    return context.json({ teams: items.map(viewOf), next_cursor: next }, 200);
  });
  api.openapi(get, async (context) => {
    const team = await teamNamed(store, context.get('caller'), context.req.valid('param').id);
    return context.json(viewOf(team), 200);
  });
  api.openapi(change, async (context) => {
    const team = await teamNamed(store, context.get('caller'), context.req.valid('param').id);
    const { name = team.name } = context.req.valid('json');
    return context.json(viewOf(await store.teams.change(team.id, { name })), 200);
  });
  api.openapi(setLimits, async (context) => {
    const team = await teamNamed(store, context.get('caller'), context.req.valid('param').id);
    const limits = context.req.valid('json');
    return context.json(viewOf(await store.teams.change(team.id, { limits })), 200);
  });
}
