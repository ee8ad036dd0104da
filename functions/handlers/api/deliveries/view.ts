import type { z } from '@hono/zod-openapi';
import { iso } from '#core/api/common.ts';
import type { DeliveryView } from '#core/api/deliveries.ts';
import type { Delivery } from '#core/delivery.ts';

/** A delivery as callers see it. */
export function deliveryView(delivery: Delivery): z.infer<typeof DeliveryView> {
  return {
    id: delivery.id,
    platform: delivery.platform,
    event: delivery.event.kind === 'other' ? delivery.event.name : delivery.event.kind,
    received_at: iso(delivery.received_at),
    verdict: delivery.verdict,
    reason: delivery.reason,
    build_ids: delivery.build_ids,
  };
}
