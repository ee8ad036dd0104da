import { Hono } from 'hono';
import { answerProblems } from '#adapters/http/problem.ts';
import { UserError } from '#core/errors.ts';
import type { HostWebhooks } from '#core/ports.ts';
import { Platform } from '#core/repository.ts';
import { type ReceiveDeps, receiveDelivery } from '#use-cases/receive-delivery.ts';
import { Bodies } from './body.ts';

/** `POST /v1/webhooks/{host}/events` → 202 `{"delivery_id"}`. */
export function webhooksApp(
  deps: Omit<ReceiveDeps, 'secrets'>,
  hosts: Readonly<Record<Platform, HostWebhooks>>,
  secrets: Readonly<Record<Platform, ReceiveDeps['secrets']>>,
): Hono {
  const app = new Hono();
  const bodies = new Bodies();
  answerProblems(app);
  app.get('/v1/health', (context) => context.json({ status: 'ok' }));
  app.post('/v1/webhooks/:platform/events', async (context) => {
    const platform = Platform.safeParse(context.req.param('platform'));
    if (!platform.success) throw new UserError('not_found', 'there is no such git host');
    const from = { ...deps, secrets: secrets[platform.data] };
    const host = hosts[platform.data];
    const id = await bodies.with(context, (rawBody) =>
      receiveDelivery(from, host, { headers: context.req.header(), rawBody }),
    );
    return context.json({ delivery_id: id }, 202);
  });
  return app;
}
