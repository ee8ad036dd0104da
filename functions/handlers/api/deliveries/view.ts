import type { z } from '@hono/zod-openapi';
import { iso, isoOrNull } from '#core/api/common.ts';
import type { DeliveryDetailsView, DeliveryView } from '#core/api/deliveries.ts';
import { type Delivery, repositoryIn } from '#core/delivery.ts';
import type { DeliveryBody } from '#core/delivery-body.ts';

/** A delivery as callers see it. */
export function deliveryView(delivery: Delivery): z.infer<typeof DeliveryView> {
  const { event } = delivery;
  return {
    id: delivery.id,
    platform: delivery.platform,
    event: event.kind === 'other' ? event.name : event.kind,
    repository: repositoryIn(event)?.full_name ?? null,
    repository_id: delivery.repository_id,
    ref: event.kind === 'push' ? event.ref : null,
    commit_sha: 'commit_sha' in event ? event.commit_sha : null,
    pull_request: event.kind === 'pull_request' ? event.number : null,
    received_at: iso(delivery.received_at),
    verdict: delivery.verdict,
    reason: delivery.reason,
    build_ids: delivery.build_ids,
    decided_at: isoOrNull(delivery.decided_at),
    replay_of: delivery.replay_of,
  };
}

/** The same with what its host sent. */
export function deliveryDetailsView(
  delivery: Delivery,
  body: DeliveryBody | null,
): z.infer<typeof DeliveryDetailsView> {
  return {
    ...deliveryView(delivery),
    headers: delivery.headers,
    body: body && {
      content: body.text === null ? null : JSON.parse(body.text),
      size_bytes: body.size_bytes,
      note: body.note,
    },
  };
}
