import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import { aBuild, T0 } from '#test/support/memory/examples.ts';
import { cancelBuild } from '#use-cases/cancel-build.ts';
import { aService, promotingWithImage, published } from './harness.ts';

const { id } = aBuild('x');

describe('cancelBuild', () => {
  it('ends a waiting build at once, and wakes submit', async () => {
    const service = aService();
    await service.store.builds.create(aBuild('x'));
    expect(await cancelBuild(service.deps, id)).toMatchObject({
      status: 'cancelled',
      finished_at: service.clock.now,
    });
    expect(published(service, 'builds')).toEqual([{ version: 1, build_id: id }]);
  });

  it('ends the Cloud Build of a running one, also of one that comes twice', async () => {
    const service = aService();
    await service.store.builds.create(
      aBuild('x', { status: 'running', attempt: 1, cloud_build_id: 'cb-1', bound: true }),
    );
    await cancelBuild(service.deps, id);
    await cancelBuild(service.deps, id);
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'cancelling', effects: [] });
    expect(service.cloudBuilds.cancelled).toEqual(['cb-1']);
  });

  it('finds the Cloud Builds of an attempt whose id is not known yet', async () => {
    const service = aService();
    await service.store.builds.create(aBuild('x', { status: 'submitting', attempt: 1, order: 1 }));
    await service.cloudBuilds.create({
      buildId: id,
      attempt: 1,
      exchangeToken: 't',
      trusted: true,
      timeoutS: 1,
      machineType: null,
    });
    await cancelBuild(service.deps, id);
    expect(service.cloudBuilds.cancelled).toEqual(['cb-1']);
  });

  it('writes the fence before it ends anything: a failure leaves it owed, and asking again does it', async () => {
    const service = aService();
    await service.store.builds.create(
      aBuild('x', { status: 'running', attempt: 1, cloud_build_id: 'cb-1', bound: true }),
    );
    service.cloudBuilds.faults.plan('cancel', 'before', new TransientError('unavailable'));
    await expect(cancelBuild(service.deps, id)).rejects.toThrow(TransientError);
    expect((await service.store.builds.get(id))?.effects).toHaveLength(1);
    const late = await service.store.builds.apply(id, {
      type: 'exchanged',
      at: T0,
      attempt: 1,
      cloud_build_id: 'cb-1',
    });
    expect(late.outcome.kind).toBe('illegal');
    await cancelBuild(service.deps, id);
    expect(service.cloudBuilds.cancelled).toEqual(['cb-1']);
    expect((await service.store.builds.get(id))?.effects).toEqual([]);
  });

  it('is too late from promoting on', async () => {
    const service = aService();
    const promoting = await promotingWithImage(service, 1);
    await expect(cancelBuild(service.deps, promoting.id)).rejects.toMatchObject({
      name: 'UserError',
      code: 'conflict',
    });
    await service.store.builds.create(aBuild('x', { status: 'succeeded' }));
    await expect(cancelBuild(service.deps, id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(cancelBuild(service.deps, 'b-none')).rejects.toMatchObject({ code: 'not_found' });
  });
});
