import { createRoute } from '@hono/zod-openapi';
import { log } from '#adapters/log.ts';
import { PageQuery } from '#core/api/common.ts';
import {
  ConnectedView,
  IdParams,
  RepositoryBody,
  RepositoryList,
  RepositoryPatch,
  RepositoryView,
} from '#core/api/repositories.ts';
import { webhookSecret } from '#core/ids.ts';
import type { Repository } from '#core/repository.ts';
import { withSettings } from '#core/repository-settings.ts';
import { Secret } from '#core/secret.ts';
import { checkedCloneUrl, connectRepository } from '#use-cases/connect-repository.ts';
import { cleanUp } from '#use-cases/disconnect.ts';
import { syncSchedules } from '#use-cases/sync-schedules.ts';
import { onLeftAtHost } from '../../left-at-host.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS, REFUSED } from '../openapi.ts';
import { noRepository, repositoryOf, teamOf } from '../scope.ts';
import { badgeRoute } from './badge.ts';
import { scheduleRoute } from './schedules.ts';
import { secretRoutes } from './secrets.ts';
import { variableRoutes } from './variables.ts';
import { repositoryView } from './view.ts';
import { webhookRoute } from './webhook.ts';
import { webhookSecretRoute } from './webhook-secret.ts';

const connect = createRoute({
  method: 'post',
  path: '/v1/repositories',
  summary: 'Connect a repository',
  ...allowed('repositories.connect', 'repositories:write'),
  request: body(RepositoryBody),
  responses: {
    201: json(ConnectedView, 'Connected; `webhook` says whether there is something left to do.'),
    ...PROBLEMS,
    ...CONFLICT,
    ...REFUSED,
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/repositories',
  summary: 'List the connected repositories, newest first',
  ...allowed('repositories.list', 'repositories:read'),
  request: { query: PageQuery },
  responses: {
    200: json(RepositoryList, 'A page.'),
    ...PROBLEMS,
  },
});

const get = createRoute({
  method: 'get',
  path: '/v1/repositories/{id}',
  summary: 'Get a repository',
  ...allowed('repositories.get', 'repositories:read'),
  request: { params: IdParams },
  responses: { 200: json(RepositoryView, 'The repository.'), ...PROBLEMS },
});

const change = createRoute({
  method: 'patch',
  path: '/v1/repositories/{id}',
  summary: 'Change a repository: the builds that are created from now on',
  ...allowed('repositories.change', 'repositories:write'),
  request: { params: IdParams, ...body(RepositoryPatch) },
  responses: { 200: json(RepositoryView, 'The repository as it is now.'), ...PROBLEMS, ...REFUSED },
});

const disconnect = createRoute({
  method: 'delete',
  path: '/v1/repositories/{id}',
  summary: 'Disconnect a repository: its webhook and secrets go, its builds and images stay',
  ...allowed('repositories.disconnect', 'repositories:admin'),
  request: { params: IdParams },
  responses: { 204: { description: 'Disconnected.' }, ...PROBLEMS },
});

/** Repositories, and what belongs to each. */
export function repositoryRoutes(api: Api, deps: ApiDeps): void {
  const { store, webhooks = null } = deps;
  const view = (repository: Repository) => repositoryView(repository, webhooks);
  api.openapi(connect, async (context) => {
    const team = await teamOf(store, context.get('caller'));
    const { clone_url, default_branch, token, ...given } = context.req.valid('json');
    const repository = await connectRepository(deps, team, {
      ...given,
      clone_url,
      default_branch,
      token: token === undefined ? null : new Secret(token),
    });
    await syncSchedules(deps, repository, null);
    const webhook_secret = webhookSecret(deps.webhookKey, repository, 1);
    context.header('cache-control', 'no-store');
    return context.json({ ...view(repository), webhook_secret }, 201);
  });
  api.openapi(list, async (context) => {
    const { limit, cursor } = context.req.valid('query');
    const page = await store.repositories.list(context.get('caller').team, { limit, after: cursor ?? null });
    return context.json({ repositories: page.items.map(view), next_cursor: page.next }, 200);
  });
  api.openapi(get, async (context) => {
    const repository = await repositoryOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(view(repository), 200);
  });
  api.openapi(change, async (context) => {
    const { id } = context.req.valid('param');
    const given = context.req.valid('json');
    const repository = await repositoryOf(store, context.get('caller'), id);
    const clone_url = given.clone_url && checkedCloneUrl(given.clone_url, deps.clonePolicy);
    const changed = await store.repositories.change(repository, (known) =>
      withSettings(known, { ...given, clone_url }),
    );
    if (changed === null) throw noRepository(id);
    if (given.rules !== undefined) await syncSchedules(deps, changed, null);
    return context.json(view(changed), 200);
  });
  api.openapi(disconnect, async (context) => {
    const { id } = context.req.valid('param');
    const repository = await repositoryOf(store, context.get('caller'), id);
    const note = await store.repositories.disconnect(repository, deps.now());
    if (note === null) throw noRepository(id);
    // It is disconnected. What cannot be cleaned up now is noted, and left to sweep.
    await cleanUp({ ...deps, onLeftAtHost }, note).catch((error: unknown) =>
      log('WARNING', 'a disconnected repository is left to sweep', { repository_id: repository.id, error }),
    );
    return context.body(null, 204);
  });
  variableRoutes(api, deps);
  secretRoutes(api, deps);
  scheduleRoute(api, deps);
  webhookRoute(api, deps);
  webhookSecretRoute(api, deps);
  badgeRoute(api, deps);
}
