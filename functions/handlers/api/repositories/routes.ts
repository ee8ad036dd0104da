import { createRoute, z } from '@hono/zod-openapi';
import { checkCloneUrl } from '#core/clone-url.ts';
import { UserError } from '#core/errors.ts';
import { repositoryId } from '#core/ids.ts';
import { imageName } from '#core/image-names.ts';
import { type Repository, secretId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { EXAMPLE } from '../examples.ts';
import { body, CONFLICT, json, PROBLEMS } from '../openapi.ts';
import { repositoryOf, teamOf } from '../scope.ts';
import { RepositoryBody, RepositoryView, SecretBody, SecretParams } from './schemas.ts';
import { repositoryView } from './view.ts';

const IdParams = z.object({ id: z.string().max(300).openapi({ example: EXAMPLE.repository }) });

const connect = createRoute({
  method: 'post',
  path: '/v1/repositories',
  summary: 'Connect a repository',
  ...allowed('repositories.connect', 'repositories:write'),
  request: body(RepositoryBody),
  responses: { 201: json(RepositoryView, 'Connected.'), ...PROBLEMS, ...CONFLICT },
});

const list = createRoute({
  method: 'get',
  path: '/v1/repositories',
  summary: 'List the connected repositories',
  ...allowed('repositories.list', 'repositories:read'),
  responses: { 200: json(z.object({ repositories: z.array(RepositoryView) }), 'By name.'), ...PROBLEMS },
});

const get = createRoute({
  method: 'get',
  path: '/v1/repositories/{id}',
  summary: 'Get a repository',
  ...allowed('repositories.get', 'repositories:read'),
  request: { params: IdParams },
  responses: { 200: json(RepositoryView, 'The repository.'), ...PROBLEMS },
});

const putSecret = createRoute({
  method: 'put',
  path: '/v1/repositories/{id}/secrets/{name}',
  summary: 'Set a build secret (write-only)',
  ...allowed('repositories.secrets.set', 'secrets:write'),
  request: { params: SecretParams, ...body(SecretBody) },
  responses: { 204: { description: 'Kept.' }, ...PROBLEMS },
});

/** Repositories and their build secrets. */
export function repositoryRoutes(api: Api, deps: ApiDeps): void {
  const { store } = deps;
  api.openapi(connect, async (context) => {
    const given = context.req.valid('json');
    const cloneUrl = given.clone_url ?? deps.hosts[given.platform].cloneUrl(given.full_name);
    const checked = checkCloneUrl(cloneUrl, deps.clonePolicy);
    if ('error' in checked) {
      const problems = [{ path: 'clone_url', message: checked.error }];
      throw new UserError('invalid_request', `clone_url ${checked.error}`, { problems });
    }
    const team = await teamOf(store, context.get('caller'));
    const repository: Repository = {
      version: 1,
      id: repositoryId(given.platform, given.full_name),
      team: team.id,
      ...given,
      clone_url: checked.ok.href,
      image_name: `${team.registry_prefix}/${imageName(given.full_name)}`,
      variables: { build: {}, run: {} },
      secret_names: [],
      created_at: deps.now(),
    };
    if ((await store.repositories.create(repository)) === 'exists') {
      throw new UserError('conflict', `${given.full_name} is connected already`);
    }
    return context.json(repositoryView(repository), 201);
  });
  api.openapi(list, async (context) => {
    const repositories = await store.repositories.list(context.get('caller').team);
    return context.json({ repositories: repositories.map(repositoryView) }, 200);
  });
  api.openapi(get, async (context) => {
    const repository = await repositoryOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(repositoryView(repository), 200);
  });
  api.openapi(putSecret, async (context) => {
    const { id, name } = context.req.valid('param');
    const repository = await repositoryOf(store, context.get('caller'), id);
    await deps.secrets.put(secretId(repository.id, name), new Secret(context.req.valid('json').value));
    await store.repositories.addSecretName(repository.id, name);
    return context.body(null, 204);
  });
}
