import { describe, expect, it } from 'vitest';
import type { Verdict } from '#core/ports.ts';
import { aDelivery, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

export function describeDeliveries(make: MakeStore): void {
  describe('deliveries', () => {
    const subject = eachTest(make);

    it('creates a delivery once, and the first one stays', async () => {
      const { deliveries } = subject().store;
      const first = aDelivery('d-1');
      expect(await deliveries.create(first)).toBe('created');
      expect(await deliveries.create(aDelivery('d-1', { ref: 'refs/heads/other' }))).toBe('exists');
      expect(await deliveries.get('d-1')).toEqual(first);
      expect(await deliveries.get('d-2')).toBeNull();
    });

    it('lets exactly one of many makers create', async () => {
      const { deliveries } = subject().store;
      const made = await Promise.all(Array.from({ length: 20 }, () => deliveries.create(aDelivery('d-1'))));
      expect(made.filter((result) => result === 'created')).toHaveLength(1);
    });

    it('keeps the first verdict', async () => {
      const { deliveries } = subject().store;
      await deliveries.create(aDelivery('d-1'));
      const verdict: Verdict = {
        verdict: 'accepted',
        reason: null,
        build_ids: ['b-1'],
        team: 'acme',
        repository_id: 'r-1',
      };
      await deliveries.decide('d-1', verdict, T0 + 1);
      const late: Verdict = {
        verdict: 'ignored',
        reason: 'late',
        build_ids: [],
        team: null,
        repository_id: null,
      };
      await deliveries.decide('d-1', late, T0 + 2);
      const decided = { ...verdict, decided_at: T0 + 1 };
      expect(await deliveries.get('d-1')).toEqual({ ...aDelivery('d-1'), ...decided });
    });

    it('finds the undecided ones that came before a time, oldest first, up to a limit', async () => {
      const { deliveries } = subject().store;
      for (const [id, at] of [
        ['d-3', 3],
        ['d-1', 1],
        ['d-2', 2],
        ['d-5', 5],
        ['d-4', 4],
      ] as const) {
        await deliveries.create(aDelivery(id, {}, { received_at: T0 + at }));
      }
      const ping: Verdict = {
        verdict: 'ignored',
        reason: 'a ping',
        build_ids: [],
        team: null,
        repository_id: null,
      };
      await deliveries.decide('d-2', ping, T0 + 9);
      const ids = async (before: number, limit: number) =>
        (await deliveries.undecided(before, limit)).map(({ id }) => id);
      expect(await ids(T0 + 5, 10)).toEqual(['d-1', 'd-3', 'd-4']);
      expect(await ids(T0 + 5, 2)).toEqual(['d-1', 'd-3']);
      expect(await ids(T0, 10)).toEqual([]);
    });
  });
}
