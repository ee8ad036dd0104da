import { describe, expect, it } from 'vitest';
import { observedStore } from '#adapters/telemetry/observed-store.ts';
import { DomainEvent } from '#core/domain-events.ts';
import { reportId } from '#core/ids.ts';
import type { Verdict } from '#core/ports.ts';
import { aBuild, aDeadLetter, aDelivery, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';

/** A store, and what it told. */
function observed() {
  const told: DomainEvent[] = [];
  const store = observedStore(memoryStore(), (event) => void told.push(DomainEvent.parse(event)));
  return { store, told, names: () => told.map(({ event }) => event) };
}

const VERDICT: Verdict = {
  ...{ verdict: 'accepted', reason: 'because of <script>', build_ids: ['b-1'] },
  ...{ team: 'acme', repository_id: 'r-1' },
};

describe('observedStore', () => {
  it('tells each step of a build once, however often it is asked for', async () => {
    const { store, names } = observed();
    const build = aBuild('one');
    const twice = async (act: () => Promise<unknown>) => {
      await act();
      await act();
    };
    await store.queue.lease('default', 'me', T0, 60_000);
    await twice(() => store.builds.create(build));
    await twice(() => store.queue.stamp(build, 'me', T0 + 1));
    await twice(() => store.queue.claim('default', [build], 'me', T0 + 2));
    const of = { attempt: 1, cloud_build_id: 'cb-1' };
    await twice(() => store.builds.apply(build.id, { type: 'cloud_build_created', at: T0 + 3, ...of }));
    await twice(() => store.builds.apply(build.id, { type: 'exchanged', at: T0 + 4, ...of }));
    await twice(() => store.builds.apply(build.id, { type: 'cancel_requested', at: T0 + 5 }));
    expect(names()).toEqual([
      'build_created',
      'build_claimed',
      'build_submitted',
      'build_started',
      'build_cancelling',
    ]);
  });

  it('tells of one of 20 that end a build at once', async () => {
    const { store, names } = observed();
    const { id } = aBuild('one');
    await store.builds.create(aBuild('one'));
    const event = { type: 'cancel_requested', at: T0 + 1 } as const;
    await Promise.all(Array.from({ length: 20 }, () => store.builds.apply(id, event)));
    expect(names()).toEqual(['build_created', 'build_ended']);
  });

  it('tells nothing of what the store did not take', async () => {
    const { store, told } = observed();
    await expect(store.builds.apply('b-none', { type: 'promoted', at: T0 })).rejects.toThrow();
    await expect(store.queue.claim('default', [aBuild('x')], 'nobody', T0)).rejects.toThrow();
    expect(told).toEqual([]);
  });

  it('tells a delivery from one that came again, and the first verdict alone, without its words', async () => {
    const { store, told } = observed();
    await store.deliveries.create(aDelivery('d-1'));
    await store.deliveries.create(aDelivery('d-1'));
    await store.deliveries.decide('d-1', VERDICT, T0 + 1);
    await store.deliveries.decide('d-1', VERDICT, T0 + 2);
    const received = { event: 'delivery_received', delivery_id: 'd-1', platform: 'github', kind: 'push' };
    const decided = { event: 'delivery_decided', delivery_id: 'd-1', team: 'acme' };
    expect(told).toEqual([
      { ...received, repeated: false },
      { ...received, repeated: true },
      { ...decided, verdict: 'accepted', build_ids: ['b-1'] },
    ]);
  });

  it('tells what became of a report, unless there was nothing new', async () => {
    const { store, told } = observed();
    const { team, repository_id, connection_id, commit_sha, id: build_id } = aBuild('one');
    const id = reportId(connection_id, commit_sha);
    const subject = { id, team, repository_id, connection_id, commit_sha, build_id };
    await store.reports.lease(subject, 'me', T0, 60_000);
    await store.reports.settle(id, 'another', { kind: 'not_told' }, T0 + 1);
    const news = {
      kind: 'told',
      state: 'succeeded',
      digest: 'x',
      run: 1,
      report_id: null,
      why: null,
    } as const;
    await store.reports.settle(id, 'me', news, T0 + 1);
    await store.reports.lease(subject, 'me', T0 + 2, 60_000);
    await store.reports.settle(id, 'me', { kind: 'known' }, T0 + 3);
    expect(told).toEqual([{ event: 'report_settled', build_id, team: 'acme', outcome: 'told' }]);
  });

  it('tells each letter that is kept once', async () => {
    const { store, told } = observed();
    await store.deadLetters.create(aDeadLetter('l-1'));
    await store.deadLetters.create(aDeadLetter('l-1'));
    const from = { message_id: '7', topic: 'deliveries', function: 'intake', build_id: null, team: 'acme' };
    expect(told).toEqual([{ event: 'dead_letter_kept', letter_id: 'l-1', ...from }]);
  });
});
