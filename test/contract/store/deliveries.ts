import { describe, expect, it } from 'vitest';
import { keptBody, MAX_KEPT_BODY_BYTES } from '#core/delivery-body.ts';
import type { DeliveryFilters, Verdict } from '#core/ports.ts';
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

    it('keeps what came with it, and nothing of a second one', async () => {
      const { deliveries } = subject().store;
      const body = keptBody({ ref: 'refs/heads/main' }, 26);
      await deliveries.create(aDelivery('d-1'), body);
      expect(await deliveries.create(aDelivery('d-1'), keptBody({ ref: 'other' }, 16))).toBe('exists');
      expect(await deliveries.body('d-1')).toEqual(body);
      await deliveries.create(aDelivery('d-2'));
      await deliveries.create(aDelivery('d-2'), body);
      expect(await deliveries.body('d-2')).toBeNull();
    });

    it('keeps a body of all the bytes that one may have', async () => {
      const { deliveries } = subject().store;
      const text = JSON.stringify('é'.repeat(MAX_KEPT_BODY_BYTES / 2 - 1));
      await deliveries.create(aDelivery('d-1'), { version: 1, text, size_bytes: 7_000_000, note: null });
      expect((await deliveries.body('d-1'))?.text).toBe(text);
    });

    it('lists those of a team, newest first, and narrows them', async () => {
      const { deliveries } = subject().store;
      const given = [
        ['d-1', 'acme', 'r-1', 'accepted'],
        ['d-2', 'acme', 'r-1', 'ignored'],
        ['d-3', 'acme', 'r-2', 'ignored'],
        ['d-4', 'other', 'r-3', 'ignored'],
        ['d-5', null, null, 'ignored'],
        ['d-6', null, null, 'received'],
      ] as const;
      for (const [index, [id, team, repository_id, verdict]] of given.entries()) {
        const fields = { team, repository_id, verdict, received_at: T0 + index };
        await deliveries.create(aDelivery(id, {}, fields));
      }
      const all = { repositoryId: null, verdict: null };
      const ids = async (team: string | null, filters: Partial<DeliveryFilters> = {}) => {
        const page = await deliveries.list(team, { ...all, ...filters }, { limit: 9, after: null });
        return page.items.map(({ id }) => id);
      };
      expect(await ids('acme')).toEqual(['d-3', 'd-2', 'd-1']);
      expect(await ids('acme', { repositoryId: 'r-1' })).toEqual(['d-2', 'd-1']);
      expect(await ids('acme', { verdict: 'ignored' })).toEqual(['d-3', 'd-2']);
      expect(await ids('acme', { repositoryId: 'r-1', verdict: 'ignored' })).toEqual(['d-2']);
      expect(await ids(null)).toEqual(['d-6', 'd-5']);
      expect(await ids(null, { verdict: 'received' })).toEqual(['d-6']);
      const first = await deliveries.list('acme', all, { limit: 2, after: null });
      expect(first.items.map(({ id }) => id)).toEqual(['d-3', 'd-2']);
      const second = await deliveries.list('acme', all, { limit: 2, after: first.next });
      expect(second).toMatchObject({ items: [{ id: 'd-1' }], next: null });
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
      expect(await deliveries.decide('d-1', verdict, T0 + 1)).toBe(true);
      const late: Verdict = {
        verdict: 'ignored',
        reason: 'late',
        build_ids: [],
        team: null,
        repository_id: null,
      };
      expect(await deliveries.decide('d-1', late, T0 + 2)).toBe(false);
      expect(await deliveries.decide('d-none', late, T0 + 2)).toBe(false);
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
