import { Delivery } from '#core/delivery.ts';
import { DeliveryBody } from '#core/delivery-body.ts';
import type { Deliveries } from '#core/ports.ts';
import { newestFirst } from './page.ts';
import { createIn, type State, step } from './state.ts';

export function memoryDeliveries(state: State): Deliveries {
  const { deliveries, deliveryBodies } = state;
  return {
    create: (delivery, body = null) =>
      step(state, () => {
        const created = createIn(deliveries, delivery.id, Delivery.parse(delivery));
        if (created === 'created' && body) deliveryBodies.set(delivery.id, DeliveryBody.parse(body));
        return created;
      }),
    get: (id) => step(state, () => deliveries.get(id) ?? null),
    body: (id) => step(state, () => deliveryBodies.get(id) ?? null),
    list: (team, { repositoryId, verdict }, page) =>
      step(state, () =>
        newestFirst(
          [...deliveries.values()].filter(
            (delivery) =>
              delivery.team === team &&
              (repositoryId === null || delivery.repository_id === repositoryId) &&
              (verdict === null || delivery.verdict === verdict),
          ),
          ({ received_at, id }) => ({ at: received_at, id }),
          page,
        ),
      ),
    decide: (id, verdict, at) =>
      step(state, () => {
        const known = deliveries.get(id);
        if (known?.verdict !== 'received') return false;
        const { verdict: decided, reason, build_ids, team, repository_id } = structuredClone(verdict);
        deliveries.set(id, {
          ...known,
          verdict: decided,
          reason,
          build_ids,
          team,
          repository_id,
          decided_at: at,
        });
        return true;
      }),
    undecided: (before, limit) =>
      step(state, () =>
        [...deliveries.values()]
          .filter(({ verdict, received_at }) => verdict === 'received' && received_at < before)
          .toSorted((a, b) => a.received_at - b.received_at)
          .slice(0, limit),
      ),
  };
}
