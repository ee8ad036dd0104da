import { Hono } from 'hono';
import { answerProblems } from '#adapters/http/problem.ts';
import { UserError } from '#core/errors.ts';
import type { HostWebhooks } from '#core/ports.ts';
import { Platform } from '#core/repository.ts';
import { MAX_PAYLOAD_BYTES, type ReceiveDeps, receiveDelivery } from '#use-cases/receive-delivery.ts';

/** `POST /v1/webhooks/{host}/events` → 202 `{"delivery_id"}`. */
export function webhooksApp(
  deps: Omit<ReceiveDeps, 'secrets'>,
  hosts: Readonly<Record<Platform, HostWebhooks>>,
  secrets: Readonly<Record<Platform, ReceiveDeps['secrets']>>,
): Hono {
  const app = new Hono();
  answerProblems(app);
  app.get('/v1/healthz', (context) => context.json({ status: 'ok' }));
  app.post('/v1/webhooks/:platform/events', async (context) => {
    const platform = Platform.safeParse(context.req.param('platform'));
    if (!platform.success) throw new UserError('not_found', 'there is no such git host');
    const body = await context.req.arrayBuffer();
    if (body.byteLength > MAX_PAYLOAD_BYTES)
      throw new UserError('too_large', 'a payload may have 25 MB at most');
    const request = { headers: context.req.header(), rawBody: Buffer.from(body).toString('utf8') };
    const id = await receiveDelivery(
      { ...deps, secrets: secrets[platform.data] },
      hosts[platform.data],
      request,
    );
    return context.json({ delivery_id: id }, 202);
  });
  return app;
}
