import { claimOf, eventsOfChange, eventsOfCreation } from '#core/build-events.ts';
import type { Delivery } from '#core/delivery.ts';
import type { DomainEvent } from '#core/domain-events.ts';
import type { Builds, DeadLetters, Deliveries, Queue, Reports, Store } from '#core/ports.ts';

/**
 * A store that tells what it decided: each event once its transaction is in, by the process that made it. What comes a
 * second time changes nothing in the store, and so is told no second time; a death between the transaction and the
 * line loses the line (docs/decisions/0032).
 */
export function observedStore(store: Store, tell: (event: DomainEvent) => void): Store {
  return {
    ...store,
    builds: observedBuilds(store.builds, tell),
    queue: observedQueue(store.queue, tell),
    deliveries: observedDeliveries(store.deliveries, tell),
    reports: observedReports(store.reports, tell),
    deadLetters: observedDeadLetters(store.deadLetters, tell),
  };
}

type Tell = (event: DomainEvent) => void;

function observedBuilds(builds: Builds, tell: Tell): Builds {
  return {
    ...builds,
    create: async (build) => {
      const created = await builds.create(build);
      if (created === 'created') eventsOfCreation(build).forEach(tell);
      return created;
    },
    apply: async (id, event) => {
      const applied = await builds.apply(id, event);
      eventsOfChange(applied.before, applied.build).forEach(tell);
      return applied;
    },
  };
}

function observedQueue(queue: Queue, tell: Tell): Queue {
  return {
    ...queue,
    claim: async (...given) => {
      const claimed = await queue.claim(...given);
      for (const build of claimed) tell(claimOf(build));
      return claimed;
    },
  };
}

function observedDeliveries(deliveries: Deliveries, tell: Tell): Deliveries {
  return {
    ...deliveries,
    create: async (delivery, body) => {
      const created = await deliveries.create(delivery, body);
      tell(receptionOf(delivery, created === 'exists'));
      return created;
    },
    decide: async (id, verdict, at) => {
      const first = await deliveries.decide(id, verdict, at);
      if (first && verdict.verdict !== 'received')
        tell({
          event: 'delivery_decided',
          delivery_id: id,
          verdict: verdict.verdict,
          build_ids: verdict.build_ids.slice(0, 100),
          team: verdict.team,
        });
      return first;
    },
  };
}

function receptionOf({ id, platform, event }: Delivery, repeated: boolean): DomainEvent {
  return { event: 'delivery_received', delivery_id: id, platform, kind: event.kind, repeated };
}

function observedReports(reports: Reports, tell: Tell): Reports {
  return {
    ...reports,
    settle: async (id, holder, news, now) => {
      const settled = await reports.settle(id, holder, news, now);
      if (settled !== null && news.kind !== 'known') {
        const { build_id, team } = settled;
        tell({ event: 'report_settled', build_id, team, outcome: news.kind });
      }
      return settled;
    },
  };
}

function observedDeadLetters(letters: DeadLetters, tell: Tell): DeadLetters {
  return {
    ...letters,
    create: async (letter) => {
      const created = await letters.create(letter);
      const { id: letter_id, message_id, topic, build_id, team } = letter;
      const from = letter.function?.slice(0, 64) ?? null;
      if (created === 'created')
        tell({ event: 'dead_letter_kept', letter_id, message_id, topic, function: from, build_id, team });
      return created;
    },
  };
}
