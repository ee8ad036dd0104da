import { createRoute } from '@hono/zod-openapi';
import { IdParams, RotateBody, RotatedView } from '#core/api/repositories.ts';
import { webhookSecret } from '#core/ids.ts';
import { rotated } from '#core/webhook-secrets.ts';
import { setUpWebhook } from '#use-cases/set-up-webhook.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, CONFLICT, json, PROBLEMS } from '../openapi.ts';
import { noRepository, repositoryOf } from '../scope.ts';
import { webhookSecretViews, webhookView } from './view.ts';

const rotate = createRoute({
  method: 'post',
  path: '/v1/repositories/{id}/webhook-secret/rotate',
  summary: 'Make a new webhook secret; the older ones stay good for overlap_s',
  ...allowed('repositories.webhook_secret.rotate', 'repositories:admin'),
  request: { params: IdParams, ...body(RotateBody) },
  responses: { 200: json(RotatedView, 'The new secret.'), ...PROBLEMS, ...CONFLICT },
});

/** The secret that a repository's own webhook signs with. It is shown when it is made, and stored nowhere. */
export function webhookSecretRoute(api: Api, deps: ApiDeps): void {
  const { store, now, webhookKey } = deps;
  api.openapi(rotate, async (context) => {
    const { id } = context.req.valid('param');
    const { overlap_s } = context.req.valid('json');
    const repository = await repositoryOf(store, context.get('caller'), id);
    const changed = await store.repositories.change(repository, (known) => ({
      ...known,
      webhook_secrets: rotated(known.webhook_secrets, now(), overlap_s),
    }));
    const newest = changed?.webhook_secrets.at(-1);
    if (!changed || !newest) throw noRepository(id);
    // Where the webhook is ours the host is told; it may fail: the older secret is good until its end.
    const told = changed.webhook.hook_id === null ? changed : await setUpWebhook(deps, changed);
    context.header('cache-control', 'no-store');
    return context.json(
      {
        webhook_secret: webhookSecret(webhookKey, changed, newest.generation),
        webhook_secrets: webhookSecretViews(told),
        webhook: webhookView(told),
      },
      200,
    );
  });
}
