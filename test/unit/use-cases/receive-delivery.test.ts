import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import type { HostRequest } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { aDelivery, T0 } from '#test/support/memory/examples.ts';
import { receiveDelivery } from '#use-cases/receive-delivery.ts';
import { aHost, aService, published } from './harness.ts';

const rawBody = JSON.stringify(aDelivery('x').event);
const signed = (headers: Record<string, string> = {}, body = rawBody) => ({
  headers: { 'x-signature': 'good', 'x-event': 'e-1', ...headers },
  rawBody: body,
});

describe('receiveDelivery', () => {
  const setUp = () => {
    const service = aService();
    const deps = { ...service.deps, secrets: [new Secret('s')] };
    return { service, receive: (request: HostRequest = signed()) => receiveDelivery(deps, aHost(), request) };
  };

  it('keeps the delivery and wakes intake', async () => {
    const { service, receive } = setUp();
    const id = await receive();
    expect(await service.store.deliveries.get(id)).toEqual(
      aDelivery(id, {}, { received_at: service.clock.now }),
    );
    expect(published(service, 'deliveries')).toEqual([{ version: 1, delivery_id: id }]);
  });

  it('refuses a bad signature before it parses or keeps anything', async () => {
    const { service, receive } = setUp();
    await expect(receive(signed({ 'x-signature': 'bad' }, 'not json'))).rejects.toMatchObject({
      code: 'invalid_signature',
    });
    expect(await service.store.deliveries.undecided(T0 * 2, 9)).toEqual([]);
    expect(service.bus.published).toEqual([]);
  });

  it('lands a redelivery on the same document, and wakes intake again', async () => {
    const { service, receive } = setUp();
    const first = await receive();
    await service.store.deliveries.decide(
      first,
      { verdict: 'accepted', reason: null, build_ids: ['b-1'], team: 'acme' },
      T0,
    );
    expect(await receive()).toBe(first);
    expect((await service.store.deliveries.get(first))?.verdict).toBe('accepted');
    expect(published(service, 'deliveries')).toHaveLength(2);
  });

  it('takes what the host said for an id where it sends none', async () => {
    const { receive } = setUp();
    const request = (commit: string) => ({
      headers: { 'x-signature': 'good' },
      rawBody: JSON.stringify({ ...aDelivery('x').event, commit_sha: commit }),
    });
    const first = await receive(request('a'.repeat(40)));
    expect(await receive(request('a'.repeat(40)))).toBe(first);
    expect(await receive(request('b'.repeat(40)))).not.toBe(first);
  });

  it('fails where the bus is away, with the delivery kept: a redelivery or the sweep wakes intake', async () => {
    const { service, receive } = setUp();
    service.bus.faults.plan('publish', 'before', new TransientError('the bus is away'));
    await expect(receive()).rejects.toThrow(TransientError);
    expect(await service.store.deliveries.undecided(T0 * 2, 9)).toHaveLength(1);
    await receive();
    expect(published(service, 'deliveries')).toHaveLength(1);
  });
});
