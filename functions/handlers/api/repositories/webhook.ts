import { createRoute } from '@hono/zod-openapi';
import { IdParams, RepositoryView, WebhookBody } from '#core/api/repositories.ts';
import { Secret } from '#core/secret.ts';
import { repairConnection } from '#use-cases/repair-connection.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS, REFUSED } from '../openapi.ts';
import { repositoryOf } from '../scope.ts';
import { repositoryView } from './view.ts';

const setUp = createRoute({
  method: 'post',
  path: '/v1/repositories/{id}/webhook',
  summary: 'Make the webhook at the git host, or repair it; with another token, where one is given',
  ...allowed('repositories.webhook.set_up', 'repositories:write'),
  request: { params: IdParams, ...body(WebhookBody) },
  responses: {
    200: json(RepositoryView, 'The repository as it is now; `webhook` says what came of it.'),
    ...PROBLEMS,
    ...CONFLICT,
    ...REFUSED,
  },
});

/** The webhook of a repository at its git host. */
export function webhookRoute(api: Api, deps: ApiDeps): void {
  api.openapi(setUp, async (context) => {
    const { id } = context.req.valid('param');
    const { token } = context.req.valid('json');
    const repository = await repositoryOf(deps.store, context.get('caller'), id);
    const known = await repairConnection(deps, repository, token === undefined ? null : new Secret(token));
    return context.json(repositoryView(known, deps.webhooks ?? null), 200);
  });
}
