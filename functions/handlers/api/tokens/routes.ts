import { randomBytes } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { PageQuery } from '#core/api/common.ts';
import { EXAMPLE } from '#core/api/examples.ts';
import { NewTokenView, TokenBody, TokenList, TokenView } from '#core/api/tokens.ts';
import { makeToken } from '#use-cases/make-token.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, json, PROBLEMS } from '../openapi.ts';
import { tokenOf } from '../scope.ts';
import { tokenView } from './view.ts';

const IdParams = z.object({ id: z.string().max(64).openapi({ example: EXAMPLE.token }) });
const TOKEN_BYTES = 24;

const create = createRoute({
  method: 'post',
  path: '/v1/tokens',
  summary: 'Make an API token, which is shown once',
  ...allowed('tokens.create', 'tokens:write'),
  request: body(TokenBody),
  responses: { 201: json(NewTokenView, 'Made. The token is not shown again.'), ...PROBLEMS },
});

const list = createRoute({
  method: 'get',
  path: '/v1/tokens',
  summary: 'List the API tokens, newest first: an admin sees the team’s, others their own',
  ...allowed('tokens.list', 'tokens:read'),
  request: { query: PageQuery },
  responses: {
    200: json(TokenList, 'A page.'),
    ...PROBLEMS,
  },
});

const get = createRoute({
  method: 'get',
  path: '/v1/tokens/{id}',
  summary: 'Get an API token: what it may do, until when, when it was used last',
  ...allowed('tokens.get', 'tokens:read'),
  request: { params: IdParams },
  responses: { 200: json(TokenView, 'The token, without its secret.'), ...PROBLEMS },
});

const revoke = createRoute({
  method: 'delete',
  path: '/v1/tokens/{id}',
  summary: 'Revoke an API token, and with it those that end with it',
  ...allowed('tokens.revoke', 'tokens:write'),
  request: { params: IdParams },
  responses: { 204: { description: 'It is good no longer.' }, ...PROBLEMS },
});

/** API tokens. */
export function tokenRoutes(api: Api, deps: ApiDeps): void {
  const { store, now } = deps;
  const random = () => randomBytes(TOKEN_BYTES).toString('base64url');
  api.openapi(create, async (context) => {
    const { scopes = null, expires_in_s, ...given } = context.req.valid('json');
    const request = { ...given, scopes, expiresInS: expires_in_s };
    const { secret, token } = await makeToken({ store, now, random }, context.get('caller'), request);
    return context.json({ ...tokenView(token), token: secret.reveal() }, 201);
  });
  api.openapi(list, async (context) => {
    const { limit, cursor } = context.req.valid('query');
    const { team, role, owner } = context.get('caller');
    const page = { limit, after: cursor ?? null };
    const { items, next } = await store.tokens.list(team, role === 'admin' ? null : owner, page);
    return context.json({ tokens: items.map(tokenView), next_cursor: next }, 200);
  });
  api.openapi(get, async (context) => {
    const token = await tokenOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(tokenView(token), 200);
  });
  api.openapi(revoke, async (context) => {
    const { id } = await tokenOf(store, context.get('caller'), context.req.valid('param').id);
    await store.tokens.revoke(id, now());
    return context.body(null, 204);
  });
}
