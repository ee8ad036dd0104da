import { describe, expect, it } from 'vitest';
import { ALL_BUILDS } from '#core/ports.ts';
import { DEFAULT_LIMITS } from '#core/team.ts';
import { aDelivery, aRepository } from '#test/support/memory/examples.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { aService } from './harness.ts';

const DAY_MS = 24 * 3600 * 1000;

/** A team that may create `builds_per_day` builds, with two pushes of a day. */
async function given(builds_per_day: number) {
  const service = aService();
  await service.store.teams.change('acme', { limits: { ...DEFAULT_LIMITS, builds_per_day } });
  await service.store.repositories.create(aRepository());
  for (const id of ['d-1', 'd-2']) await service.store.deliveries.create(aDelivery(id));
  return service;
}

describe('the builds of a day', () => {
  it('end with the limit: a push after it is ignored, with the reason', async () => {
    const service = await given(1);
    expect(await takeIn(service.deps, 'd-1')).toMatchObject({ verdict: 'accepted', reason: null });
    const ignored = await takeIn(service.deps, 'd-2');
    expect(ignored).toMatchObject({
      verdict: 'ignored',
      reason: 'the 1 builds that the team acme may create in a day (UTC) are used up',
      build_ids: [],
    });
    expect(await service.store.deliveries.get('d-2')).toEqual(ignored);
    expect(
      (await service.store.builds.list('acme', ALL_BUILDS, { limit: 9, after: null })).items,
    ).toHaveLength(1);
  });

  it('begin anew with the day', async () => {
    const service = await given(1);
    await takeIn(service.deps, 'd-1');
    service.clock.now += DAY_MS;
    expect(await takeIn(service.deps, 'd-2')).toMatchObject({ verdict: 'accepted' });
  });

  it.each(['create', 'decide'] as const)('are not used twice after a death before %s', async (step) => {
    const service = await given(2);
    const { builds, deliveries } = service.store;
    const killed = () => Promise.reject(new Error('killed'));
    const dying = {
      ...service.store,
      builds: { ...builds, ...(step === 'create' && { create: killed }) },
      deliveries: { ...deliveries, ...(step === 'decide' && { decide: killed }) },
    };
    await expect(takeIn({ ...service.deps, store: dying }, 'd-1')).rejects.toThrow('killed');
    for (const id of ['d-1', 'd-2'])
      expect(await takeIn(service.deps, id)).toMatchObject({ verdict: 'accepted' });
  });
});
