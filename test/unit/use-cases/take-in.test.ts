import { describe, expect, it } from 'vitest';
import type { Delivery } from '#core/delivery.ts';
import { TransientError } from '#core/errors.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import { REPORT } from '#core/reporting.ts';
import { aDelivery, aRepository, sha, T0 } from '#test/support/memory/examples.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { aService, published, type Service } from './harness.ts';

async function given(delivery: Delivery): Promise<Service> {
  const service = aService();
  await service.store.repositories.create(aRepository());
  await service.store.deliveries.create(delivery);
  return service;
}

const builds = async (service: Service) =>
  (await service.store.builds.list('acme', ALL_BUILDS, { limit: 99, after: null })).items;

describe('takeIn', () => {
  it('creates the build of a push, and wakes submit', async () => {
    const service = await given(aDelivery('d-1'));
    const decided = await takeIn(service.deps, 'd-1');
    const [build, ...others] = await builds(service);
    expect(others).toEqual([]);
    expect(build).toMatchObject({
      status: 'queued',
      team: 'acme',
      origin: { kind: 'delivery', delivery_id: 'd-1' },
      ref: 'refs/heads/main',
      commit_sha: sha('a'),
      before_sha: sha('0'),
      pushed_at: T0,
      order: null,
      image: { registry: null, name: 'acme/shop', tags: ['main-auto-aaaaaaa', 'latest'] },
      concurrency: { group: expect.stringMatching(/^g-/), policy: 'cancel' },
      effects: [REPORT],
    });
    expect(decided).toMatchObject({
      verdict: 'accepted',
      build_ids: [build?.id],
      decided_at: service.clock.now,
    });
    expect(await service.store.deliveries.get('d-1')).toEqual(decided);
    expect(published(service, 'builds')).toEqual([{ version: 1, build_id: build?.id }]);
  });

  it('waits for a host that is away, for three days', async () => {
    const service = await given(aDelivery('d-1', {}, { received_at: T0 }));
    service.host.failure = new TransientError('GitHub is not reachable');
    service.clock.now = T0 + 3 * 24 * 3_600_000 - 1;
    await expect(takeIn(service.deps, 'd-1')).rejects.toThrow(TransientError);
    expect(await service.store.deliveries.get('d-1')).toMatchObject({ verdict: 'received' });
    service.clock.now += 1;
    await takeIn(service.deps, 'd-1');
    expect(await service.store.deliveries.get('d-1')).toMatchObject({
      verdict: 'ignored',
      reason: 'the host was away for too long: GitHub is not reachable',
    });
  });

  it('takes our own clock where the host does not say when it was pushed', async () => {
    const service = await given(aDelivery('d-1', { pushed_at: null }, { received_at: T0 + 5 }));
    await takeIn(service.deps, 'd-1');
    expect((await builds(service))[0]?.pushed_at).toBe(T0 + 5);
  });

  it('decides once, however often its message comes, one after another or at once', async () => {
    const service = await given(aDelivery('d-1'));
    await Promise.all([1, 2, 3].map(() => takeIn(service.deps, 'd-1')));
    const decided = await service.store.deliveries.get('d-1');
    service.clock.now += 5_000;
    expect(await takeIn(service.deps, 'd-1')).toEqual(decided);
    expect(await builds(service)).toHaveLength(1);
  });

  it('makes the same build after a death between creating and deciding', async () => {
    const service = await given(aDelivery('d-1'));
    const dying = {
      ...service.store,
      deliveries: { ...service.store.deliveries, decide: () => Promise.reject(new Error('killed')) },
    };
    await expect(takeIn({ ...service.deps, store: dying }, 'd-1')).rejects.toThrow('killed');
    const [first] = await builds(service);
    await service.store.builds.apply(first?.id ?? '', { type: 'stamped', at: T0, order: 1 });
    const decided = await takeIn(service.deps, 'd-1');
    const [again, ...others] = await builds(service);
    expect(others).toEqual([]);
    expect(decided?.build_ids).toEqual([first?.id]);
    expect(again?.order).toBe(1);
  });

  it('still owes the wake-up of submit after a death before it', async () => {
    const service = await given(aDelivery('d-1'));
    service.bus.faults.plan('publish', 'before', new Error('killed'));
    await expect(takeIn(service.deps, 'd-1')).rejects.toThrow('killed');
    expect(await service.store.builds.withEffects(T0 * 2, 9)).toHaveLength(1);
    await takeIn(service.deps, 'd-1');
    expect(published(service, 'builds')).toHaveLength(1);
    expect(await service.store.builds.withEffects(T0 * 2, 9)).toMatchObject([{ effects: [REPORT] }]);
  });

  it('makes a build for each delivery of A→B→A→B', async () => {
    const service = await given(aDelivery('d-1', { commit_sha: sha('b') }));
    await service.store.deliveries.create(aDelivery('d-2', { commit_sha: sha('a') }));
    await service.store.deliveries.create(aDelivery('d-3', { commit_sha: sha('b') }));
    for (const id of ['d-1', 'd-2', 'd-3']) await takeIn(service.deps, id);
    expect((await builds(service)).map((build) => build.commit_sha).toSorted()).toEqual([
      sha('a'),
      sha('b'),
      sha('b'),
    ]);
  });

  it.each<[string, Delivery, RegExp]>([
    ['a ping', { ...aDelivery('d-1'), event: { kind: 'ping', repository: null, host_id: null } }, /ping/],
    [
      'an event of another kind',
      {
        ...aDelivery('d-1'),
        event: { kind: 'other', name: 'star', repository: null, host_id: null, why: null },
      },
      /"star"/,
    ],
    [
      'a repository that nobody connected',
      aDelivery('d-1', { repository: 'acme/none' }),
      /"acme\/none" is not connected/,
    ],
    ['a branch that is not built', aDelivery('d-1', { ref: 'refs/heads/dev' }), /only pushes to "main"/],
    ['a deleted branch', aDelivery('d-1', { commit_sha: null }), /deleted/],
  ])('says why nothing is built for %s', async (_, delivery, why) => {
    const service = await given(delivery);
    const decided = await takeIn(service.deps, 'd-1');
    expect(decided).toMatchObject({ verdict: 'ignored', reason: expect.stringMatching(why), build_ids: [] });
    expect(await service.store.deliveries.get('d-1')).toEqual(decided);
    expect(await builds(service)).toEqual([]);
  });

  it('keeps whose the repository was when it was decided, also where nothing is built', async () => {
    const service = await given(aDelivery('d-1', { ref: 'refs/heads/dev' }));
    await service.store.deliveries.create(aDelivery('d-2', { repository: 'acme/none' }));
    for (const id of ['d-1', 'd-2']) await takeIn(service.deps, id);
    await service.store.repositories.disconnect(aRepository(), T0);
    expect((await service.store.deliveries.get('d-1'))?.team).toBe('acme');
    expect((await service.store.deliveries.get('d-2'))?.team).toBeNull();
  });

  it('knows a repository by any spelling of its name, and nothing of an unknown delivery', async () => {
    const service = await given(aDelivery('d-1', { repository: 'Acme/Shop' }));
    expect((await takeIn(service.deps, 'd-1'))?.verdict).toBe('accepted');
    expect(await takeIn(service.deps, 'd-none')).toBeNull();
  });
});
