import type { Delivery } from '#core/delivery.ts';
import { UserError } from '#core/errors.ts';
import { deliveryId } from '#core/ids.ts';
import { TOPICS } from '#core/messages.ts';
import type { Bus, Clock, Store } from '#core/ports.ts';

export interface ReplayDeliveryDeps {
  readonly store: Pick<Store, 'deliveries'>;
  readonly bus: Bus;
  readonly now: Clock;
}

/**
 * Takes in once more what a host said: a delivery of its own, which is decided by the rules of now, and whose builds
 * are new ones. A death before the message is published leaves it undecided, which `sweep` finds.
 * Throws UserError('conflict') for one that is not decided yet.
 * @param unique the same for the same wish: asked twice, it is one replay.
 */
export async function replayDelivery(
  { store, bus, now }: ReplayDeliveryDeps,
  first: Delivery,
  unique: string,
): Promise<Delivery> {
  if (first.verdict === 'received')
    throw new UserError(
      'conflict',
      `the delivery ${first.id} is not decided yet: there is nothing to repeat`,
    );
  const replay: Delivery = {
    ...first,
    id: deliveryId(first.platform, { id: `replay ${first.id} ${unique}`, about: null }),
    replay_of: first.id,
    received_at: now(),
    verdict: 'received',
    reason: null,
    build_ids: [],
    decided_at: null,
  };
  await store.deliveries.create(replay, await store.deliveries.body(first.id));
  await bus.publish(TOPICS.deliveries, { version: 1, delivery_id: replay.id });
  return replay;
}
