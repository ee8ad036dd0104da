import { Delivery } from '#core/delivery.ts';
import type { Deliveries } from '#core/ports.ts';
import { createIn, type State, step } from './state.ts';

export function memoryDeliveries(state: State): Deliveries {
  const { deliveries } = state;
  return {
    create: (delivery) => step(state, () => createIn(deliveries, delivery.id, Delivery.parse(delivery))),
    get: (id) => step(state, () => deliveries.get(id) ?? null),
    decide: (id, verdict, at) =>
      step(state, () => {
        const known = deliveries.get(id);
        if (known?.verdict !== 'received') return;
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
