import { createRoute } from '@hono/zod-openapi';
import { IdParams, SecretBody, SecretList, SecretParams } from '#core/api/repositories.ts';
import { Secret } from '#core/secret.ts';
import { removeSecret, setSecret } from '#use-cases/repository-secrets.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS } from '../openapi.ts';
import { repositoryOf } from '../scope.ts';
import { secretViews } from './view.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/repositories/{id}/secrets',
  summary: 'List the names and times of the build secrets',
  ...allowed('repositories.secrets.list', 'repositories:read'),
  request: { params: IdParams },
  responses: {
    200: json(SecretList, 'All of them (100 at most), by name.'),
    ...PROBLEMS,
  },
});

const set = createRoute({
  method: 'put',
  path: '/v1/repositories/{id}/secrets/{name}',
  summary: 'Set a build secret (write-only)',
  ...allowed('repositories.secrets.set', 'secrets:write'),
  request: { params: SecretParams, ...body(SecretBody) },
  responses: { 204: { description: 'Kept.' }, ...PROBLEMS, ...CONFLICT },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/repositories/{id}/secrets/{name}',
  summary: 'Remove a build secret, with every value it had',
  ...allowed('repositories.secrets.remove', 'secrets:write'),
  request: { params: SecretParams },
  responses: { 204: { description: 'Removed.' }, ...PROBLEMS },
});

/** Build secrets: their values go in and never come out. */
export function secretRoutes(api: Api, deps: ApiDeps): void {
  api.openapi(list, async (context) => {
    const { id } = context.req.valid('param');
    const repository = await repositoryOf(deps.store, context.get('caller'), id);
    return context.json({ secrets: secretViews(repository), next_cursor: null }, 200);
  });
  api.openapi(set, async (context) => {
    const { id, name } = context.req.valid('param');
    const { value } = context.req.valid('json');
    const repository = await repositoryOf(deps.store, context.get('caller'), id);
    await setSecret(deps, repository, name, new Secret(value));
    return context.body(null, 204);
  });
  api.openapi(remove, async (context) => {
    const { id, name } = context.req.valid('param');
    const repository = await repositoryOf(deps.store, context.get('caller'), id);
    await removeSecret(deps, repository, name);
    return context.body(null, 204);
  });
}
