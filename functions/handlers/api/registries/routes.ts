import { createRoute } from '@hono/zod-openapi';
import {
  CredentialBody,
  RegistryBody,
  RegistryList,
  RegistryParams,
  RegistryView,
} from '#core/api/registries.ts';
import { UserError } from '#core/errors.ts';
import { registryId } from '#core/ids.ts';
import {
  checkRegistryUrl,
  type RegistryCredential,
  registrySecretId,
  type TeamRegistry,
} from '#core/registry.ts';
import { Secret } from '#core/secret.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS, REFUSED } from '../openapi.ts';
import { registryOf, teamOf } from '../scope.ts';
import { registryView } from './view.ts';

const create = createRoute({
  method: 'post',
  path: '/v1/registries',
  summary: 'Connect a registry of the team’s own, to release images to',
  ...allowed('registries.connect', 'team:write'),
  request: body(RegistryBody),
  responses: { 201: json(RegistryView, 'Connected.'), ...PROBLEMS, ...CONFLICT, ...REFUSED },
});

const list = createRoute({
  method: 'get',
  path: '/v1/registries',
  summary: 'List the team’s own registries',
  ...allowed('registries.list', 'team:read'),
  responses: {
    200: json(RegistryList, 'All of them (100 at most), by address.'),
    ...PROBLEMS,
  },
});

const get = createRoute({
  method: 'get',
  path: '/v1/registries/{id}',
  summary: 'Get a registry',
  ...allowed('registries.get', 'team:read'),
  request: { params: RegistryParams },
  responses: { 200: json(RegistryView, 'The registry.'), ...PROBLEMS },
});

const putCredential = createRoute({
  method: 'put',
  path: '/v1/registries/{id}/credential',
  summary: 'Set a registry’s credential (write-only)',
  ...allowed('registries.credential.set', 'team:write'),
  request: { params: RegistryParams, ...body(CredentialBody) },
  responses: { 204: { description: 'Kept.' }, ...PROBLEMS },
});

const disconnect = createRoute({
  method: 'delete',
  path: '/v1/registries/{id}',
  summary: 'Disconnect a registry: its credential goes, what is in it stays',
  ...allowed('registries.disconnect', 'team:write'),
  request: { params: RegistryParams },
  responses: { 204: { description: 'Disconnected.' }, ...PROBLEMS },
});

/** More than a team needs; lists are never longer. */
const MOST = 100;

/** The team's own registries. */
export function registryRoutes(api: Api, deps: ApiDeps): void {
  const { store, secrets } = deps;
  /**
   * The secret first: a registry that says that it has a credential has one. Where it was disconnected meanwhile,
   * the secret is taken back: nobody else would, and it would be there for whoever connects it again.
   */
  const keep = async (id: string, credential: RegistryCredential) => {
    await secrets.put(registrySecretId(id), new Secret(JSON.stringify(credential)));
    try {
      await store.registries.setCredentialAt(id, deps.now());
    } catch (error) {
      if (error instanceof UserError) await secrets.remove(registrySecretId(id));
      throw error;
    }
  };
  api.openapi(create, async (context) => {
    const { kind, url, credential } = context.req.valid('json');
    const checked = checkRegistryUrl(kind, url, deps.registryPolicy);
    if ('error' in checked) {
      const problems = [{ path: 'url', message: checked.error }];
      throw new UserError('refused', `url ${checked.error}`, { problems });
    }
    const team = await teamOf(store, context.get('caller'));
    const registry: TeamRegistry = {
      version: 1,
      id: registryId(team.id, checked.ok),
      team: team.id,
      kind,
      url: checked.ok,
      credential_at: null,
      created_at: deps.now(),
    };
    if ((await store.registries.list(team.id)).length >= MOST)
      throw new UserError('conflict', `the team has ${MOST} registries already`);
    if ((await store.registries.create(registry)) === 'exists')
      throw new UserError('conflict', `${checked.ok} is connected already, as ${registry.id}`);
    if (credential !== undefined) await keep(registry.id, credential);
    return context.json(registryView((await store.registries.get(registry.id)) ?? registry), 201);
  });
  api.openapi(list, async (context) => {
    const registries = await store.registries.list(context.get('caller').team);
    return context.json({ registries: registries.map(registryView), next_cursor: null }, 200);
  });
  api.openapi(get, async (context) => {
    const registry = await registryOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(registryView(registry), 200);
  });
  api.openapi(putCredential, async (context) => {
    const { id } = await registryOf(store, context.get('caller'), context.req.valid('param').id);
    await keep(id, context.req.valid('json'));
    return context.body(null, 204);
  });
  api.openapi(disconnect, async (context) => {
    const { id } = await registryOf(store, context.get('caller'), context.req.valid('param').id);
    // The credential first: a death in between leaves a registry that can be disconnected again.
    await secrets.remove(registrySecretId(id));
    await store.registries.remove(id);
    // One that was set between the two.
    await secrets.remove(registrySecretId(id));
    return context.body(null, 204);
  });
}
