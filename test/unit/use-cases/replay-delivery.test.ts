import { describe, expect, it } from 'vitest';
import type { Delivery } from '#core/delivery.ts';
import { keptBody } from '#core/delivery-body.ts';
import { TransientError } from '#core/errors.ts';
import { aDelivery, aRepository } from '#test/support/memory/examples.ts';
import { replayDelivery } from '#use-cases/replay-delivery.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { aService, published } from './harness.ts';

const body = keptBody({ ref: 'refs/heads/main' }, 26);

/** A service in which a push to the default branch was taken in and built. */
async function given() {
  const service = aService();
  await service.store.repositories.create(aRepository());
  await service.store.deliveries.create(aDelivery('d-1', {}, { headers: { 'x-event': 'e-1' } }), body);
  const first = await takeIn(service.deps, 'd-1');
  if (first?.verdict !== 'accepted') throw new Error('it was not accepted');
  service.clock.now += 5000;
  const replay = (unique = 'u', of: Delivery = first) => replayDelivery(service.deps, of, unique);
  return { service, first, replay };
}

describe('replayDelivery', () => {
  it('keeps a delivery that says the same, names the first, and is not decided', async () => {
    const { service, first, replay } = await given();
    const second = await replay();
    expect(second).toEqual({
      ...first,
      id: second.id,
      replay_of: 'd-1',
      received_at: service.clock.now,
      verdict: 'received',
      build_ids: [],
      decided_at: null,
    });
    expect(second.id).toMatch(/^d-[0-9a-f]{24}$/);
    expect(await service.store.deliveries.get(second.id)).toEqual(second);
    expect(await service.store.deliveries.body(second.id)).toEqual(body);
    expect(published(service, 'deliveries')).toEqual([{ version: 1, delivery_id: second.id }]);
  });

  it('is built anew, and decided by what is so now', async () => {
    const { service, first, replay } = await given();
    const again = await takeIn(service.deps, (await replay('1')).id);
    expect(again).toMatchObject({ verdict: 'accepted', build_ids: [expect.any(String)] });
    expect(again?.build_ids).not.toEqual(first.build_ids);
    await service.store.repositories.disconnect(aRepository(), service.clock.now);
    const late = await takeIn(service.deps, (await replay('2')).id);
    expect(late).toMatchObject({ verdict: 'ignored', build_ids: [], team: 'acme' });
    expect(await service.store.deliveries.get('d-1')).toEqual(first);
  });

  it('is one replay for one wish, also where it died in between', async () => {
    const { service, replay } = await given();
    service.bus.faults.plan('publish', 'before', new TransientError('the bus is away'));
    await expect(replay('same')).rejects.toThrow(TransientError);
    const left = await service.store.deliveries.undecided(service.clock.now + 1, 9);
    expect(left.map(({ replay_of }) => replay_of)).toEqual(['d-1']);
    expect((await replay('same')).id).toBe(left[0]?.id);
    expect((await replay('another')).id).not.toBe(left[0]?.id);
  });

  it('can be replayed itself, and one without a body too', async () => {
    const { service, replay } = await given();
    const second = await takeIn(service.deps, (await replay()).id);
    expect(await replay('u', second ?? undefined)).toMatchObject({ replay_of: second?.id });
    const bare = aDelivery('d-2', {}, { verdict: 'ignored' });
    await service.store.deliveries.create(bare);
    expect(await service.store.deliveries.body((await replay('u', bare)).id)).toBeNull();
  });

  it('refuses one that is not decided', async () => {
    const { service, replay } = await given();
    await expect(replay('u', aDelivery('d-3'))).rejects.toMatchObject({ code: 'conflict' });
    expect(published(service, 'deliveries')).toEqual([]);
  });
});
