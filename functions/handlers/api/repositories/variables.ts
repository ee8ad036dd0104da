import { createRoute } from '@hono/zod-openapi';
import { IdParams, VariablesBody, VariablesPatchBody, VariablesView } from '#core/api/repositories.ts';
import type { Repository } from '#core/repository.ts';
import { withPatchedVariables, withVariables } from '#core/repository-settings.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS } from '../openapi.ts';
import { noRepository, repositoryOf } from '../scope.ts';

const path = '/v1/repositories/{id}/variables';

const get = createRoute({
  method: 'get',
  path,
  summary: 'Get the variables of a repository’s builds (build) and images (run)',
  ...allowed('repositories.variables.get', 'repositories:read'),
  request: { params: IdParams },
  responses: { 200: json(VariablesView, 'The variables.'), ...PROBLEMS },
});

const replace = createRoute({
  method: 'put',
  path,
  summary: 'Replace all variables',
  ...allowed('repositories.variables.replace', 'repositories:write'),
  request: { params: IdParams, ...body(VariablesBody) },
  responses: { 200: json(VariablesView, 'The variables as they are now.'), ...PROBLEMS, ...CONFLICT },
});

const change = createRoute({
  method: 'patch',
  path,
  summary: 'Set and remove some variables',
  ...allowed('repositories.variables.change', 'repositories:write'),
  request: { params: IdParams, ...body(VariablesPatchBody) },
  responses: { 200: json(VariablesView, 'The variables as they are now.'), ...PROBLEMS, ...CONFLICT },
});

/** Build-time and run-time variables. They are no secrets: whoever may read the repository sees them. */
export function variableRoutes(api: Api, { store }: ApiDeps): void {
  const changed = async (id: string, repository: Repository, decide: (known: Repository) => Repository) => {
    const next = await store.repositories.change(repository, decide);
    if (next === null) throw noRepository(id);
    return next.variables;
  };
  api.openapi(get, async (context) => {
    const repository = await repositoryOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(repository.variables, 200);
  });
  api.openapi(replace, async (context) => {
    const { id } = context.req.valid('param');
    const variables = context.req.valid('json');
    const repository = await repositoryOf(store, context.get('caller'), id);
    return context.json(await changed(id, repository, (known) => withVariables(known, variables)), 200);
  });
  api.openapi(change, async (context) => {
    const { id } = context.req.valid('param');
    const patch = context.req.valid('json');
    const repository = await repositoryOf(store, context.get('caller'), id);
    return context.json(await changed(id, repository, (known) => withPatchedVariables(known, patch)), 200);
  });
}
