import { createRoute, z } from '@hono/zod-openapi';
import { DeliveryView } from '#core/api/deliveries.ts';
import { EXAMPLE } from '#core/api/examples.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { json, PROBLEMS } from '../openapi.ts';
import { deliveryOf } from '../scope.ts';
import { deliveryView } from './view.ts';

const get = createRoute({
  method: 'get',
  path: '/v1/deliveries/{id}',
  summary: 'What became of a delivery, and why',
  ...allowed('deliveries.get', 'deliveries:read'),
  request: { params: z.object({ id: z.string().max(64).openapi({ example: EXAMPLE.delivery }) }) },
  responses: { 200: json(DeliveryView, 'The delivery.'), ...PROBLEMS },
});

/** Deliveries of git hosts. */
export function deliveryRoutes(api: Api, deps: ApiDeps): void {
  api.openapi(get, async (context) => {
    const delivery = await deliveryOf(deps.store, context.get('caller'), context.req.valid('param').id);
    return context.json(deliveryView(delivery), 200);
  });
}
