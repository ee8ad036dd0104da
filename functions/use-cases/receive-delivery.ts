import type { Delivery } from '#core/delivery.ts';
import { UserError } from '#core/errors.ts';
import { deliveryId } from '#core/ids.ts';
import { TOPICS } from '#core/messages.ts';
import type { Bus, Clock, GitHost, HostRequest, Store } from '#core/ports.ts';
import type { Secret } from '#core/secret.ts';

/** What GitHub itself caps a payload at; the other hosts stay below. */
export const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024;

export interface ReceiveDeps {
  readonly store: Pick<Store, 'deliveries'>;
  readonly bus: Bus;
  readonly now: Clock;
  readonly secrets: readonly Secret[];
}

/**
 * Takes a delivery in: signature, shape, one `create()`, one message. No host is asked and no transaction
 * runs. A redelivery lands on the same document and wakes `intake` again, which finds it decided.
 * @returns the delivery's id.
 */
export async function receiveDelivery(
  deps: ReceiveDeps,
  host: GitHost,
  request: HostRequest,
): Promise<string> {
  if (!(await host.verify(request, deps.secrets))) {
    throw new UserError(
      'invalid_signature',
      'the signature is missing or does not match the body and the webhook secret',
    );
  }
  const event = host.parse(request);
  const eventId = host.eventId(request);
  const content = [request.rawBody];
  const id = deliveryId(host.platform, eventId === null ? { content } : { id: eventId });
  const delivery: Delivery = {
    version: 1,
    id,
    platform: host.platform,
    event,
    received_at: deps.now(),
    verdict: 'received',
    reason: null,
    build_ids: [],
    decided_at: null,
  };
  await deps.store.deliveries.create(delivery);
  await deps.bus.publish(TOPICS.deliveries, { version: 1, delivery_id: id });
  return id;
}
