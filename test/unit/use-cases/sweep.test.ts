import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import type { CloudBuildView } from '#core/events.ts';
import { aBuild, aDelivery, aResult, digestOf, SHOP, T0 } from '#test/support/memory/examples.ts';
import { sweep } from '#use-cases/sweep.ts';
import {
  aService,
  PATHS,
  promotingWithImage,
  published,
  released,
  runningWithImage,
  type Service,
} from './harness.ts';

const seed = async (service: Service, name: string, fields: Partial<Build>): Promise<string> => {
  const build = aBuild(name, fields);
  await service.store.builds.create(build);
  return build.id;
};
const viewOf = (service: Service, buildId: string, id: string, fields: Partial<CloudBuildView> = {}) =>
  service.cloudBuilds.set(id, { attempts: [{ buildId, attempt: 1 }], state: 'working', ...fields });
const statusOf = async (service: Service, id: string) => (await service.store.builds.get(id))?.status;

const running = { status: 'running', attempt: 1, order: 1, cloud_build_id: 'cb-1', bound: true } as const;

/** One thing of each kind that stands still, each of its own making. */
async function seedOneOfEach(service: Service): Promise<void> {
  await service.store.deliveries.create(aDelivery('d-1'));
  await seed(service, 'owing', { status: 'failed', effects: [{ kind: 'wake_submit' }] });
  const silent = await seed(service, 'silent', { ...running, cloud_build_id: 'cb-8' });
  viewOf(service, silent, 'cb-8', { state: 'cancelled' });
  await seed(service, 'expired', { queued_at: T0 - 3_600_000 });
  await seed(service, 'waiting', {});
  const build = await promotingWithImage(service, 1, {
    image: { registry: null, name: 'acme/shop', tags: ['latest'] },
  });
  await service.registry.copy(`${PATHS.staging}/shop`, digestOf('1'), `${PATHS.release}/shop`);
  await service.store.builds.apply(build.id, { type: 'promoted', at: service.clock.now });
}

describe('sweep', () => {
  it('finds nothing in an empty service', async () => {
    expect(await sweep(aService().deps)).toEqual({ repaired: {}, failures: [] });
  });

  it('wakes intake for a delivery that nobody decided', async () => {
    const service = aService();
    await service.store.deliveries.create(aDelivery('d-1'));
    expect(await sweep(service.deps)).toEqual({ repaired: { delivery: 1 }, failures: [] });
    expect(published(service, 'deliveries')).toEqual([{ version: 1, delivery_id: 'd-1' }]);
  });

  it('does what a build still owes', async () => {
    const service = aService();
    const { id } = await promotingWithImage(service, 1);
    const cancelled = await seed(service, 'x', {
      status: 'cancelled',
      effects: [{ kind: 'wake_submit' }, { kind: 'cancel_cloud_build', attempt: 1, cloud_build_id: 'cb-9' }],
    });
    expect(await sweep(service.deps)).toMatchObject({ repaired: { effect: 2 }, failures: [] });
    expect(await statusOf(service, id)).toBe('succeeded');
    expect(released(service, 'latest')).toBe(digestOf('1'));
    expect(service.cloudBuilds.cancelled).toEqual(['cb-9']);
    expect((await service.store.builds.get(cancelled))?.effects).toEqual([]);
  });

  it('recovers the result of a builder whose messages were lost', async () => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    const output = {
      version: 1 as const,
      attempt: 1,
      result: aResult(digestOf('1')),
      stages: [],
      last_log_chunk: 0,
    };
    viewOf(service, id, 'cb-1', { state: 'succeeded', output });
    await sweep(service.deps);
    expect(await statusOf(service, id)).toBe('succeeded');
    expect(released(service, 'latest')).toBe(digestOf('1'));
  });

  it.each([
    ['failed', 'failed'],
    ['timed_out', 'timed_out'],
    ['cancelled', 'cancelled'],
    ['internal_error', 'queued'],
    ['working', 'running'],
  ] as const)('learns from Cloud Build that a silent build is %s: %s', async (state, status) => {
    const service = aService();
    const id = await seed(service, 'x', running);
    viewOf(service, id, 'cb-1', { state });
    await sweep(service.deps);
    expect(await statusOf(service, id)).toBe(status);
  });

  it('queues a build again that Cloud Build does not know', async () => {
    const service = aService();
    const id = await seed(service, 'x', running);
    await sweep(service.deps);
    expect(await statusOf(service, id)).toBe('queued');
    expect(published(service, 'builds')).toContainEqual({ version: 1, build_id: id });
  });

  it('ends the doubles that lost the exchange, and leaves the bound one', async () => {
    const service = aService();
    const id = await seed(service, 'x', running);
    for (const name of ['cb-1', 'cb-2', 'cb-3']) viewOf(service, id, name);
    await sweep(service.deps);
    expect(service.cloudBuilds.cancelled).toEqual(['cb-2', 'cb-3']);
    expect(await statusOf(service, id)).toBe('running');
  });

  it('ends a cancel whose Cloud Build showed up late, or never was', async () => {
    const service = aService();
    const fields = { status: 'cancelling', attempt: 1, order: 1 } as const;
    const [late, never] = [await seed(service, 'late', fields), await seed(service, 'never', fields)];
    viewOf(service, late, 'cb-7');
    await sweep(service.deps);
    expect(service.cloudBuilds.cancelled).toContain('cb-7');
    expect(await statusOf(service, never)).toBe('cancelled');
    service.clock.now += 1_000_000;
    await sweep(service.deps);
    expect(await statusOf(service, late)).toBe('cancelled');
  });

  it('expires builds that waited longer than they may, and wakes submit for the others', async () => {
    const service = aService();
    const old = T0 - 3_600_000;
    const ids = {
      expired: await seed(service, 'expired', { queued_at: old }),
      unapproved: await seed(service, 'unapproved', { status: 'waiting_approval', queued_at: old }),
      submitting: await seed(service, 'submitting', { status: 'submitting', attempt: 1, queued_at: old }),
      waiting: await seed(service, 'waiting', {}),
    };
    expect(await sweep(service.deps)).toMatchObject({ repaired: { queue: 2, 'wake-up': 1 }, failures: [] });
    expect(await statusOf(service, ids.expired)).toBe('expired');
    expect(await statusOf(service, ids.unapproved)).toBe('expired');
    expect(await statusOf(service, ids.submitting)).toBe('submitting');
    expect(await statusOf(service, ids.waiting)).toBe('queued');
    expect(published(service, 'builds')).toContainEqual({ version: 1, build_id: 'default' });
  });

  it('puts a tag that its writer left dirty', async () => {
    const service = aService();
    const build = await promotingWithImage(service, 1);
    await service.registry.copy(`${PATHS.staging}/shop`, digestOf('1'), `${PATHS.release}/shop`);
    await service.store.builds.apply(build.id, { type: 'promoted', at: T0 });
    await sweep(service.deps);
    expect(released(service, 'latest')).toBe(digestOf('1'));
    expect(await service.store.tags.dirty('installation', T0 * 2, 9)).toEqual([]);
  });

  it('leaves the young alone', async () => {
    const service = aService();
    const at = service.clock.now - service.deps.graceMs;
    await service.store.deliveries.create(aDelivery('d-1', {}, { received_at: at }));
    await seed(service, 'running', { ...running, updated_at: at });
    await seed(service, 'owing', { status: 'failed', effects: [{ kind: 'wake_submit' }], updated_at: at });
    await seed(service, 'queued', { updated_at: at, queued_at: 0 });
    expect(await sweep(service.deps)).toEqual({ repaired: {}, failures: [] });
    expect(service.bus.published).toEqual([]);
  });

  it('does not let one that cannot be repaired hold up the others', async () => {
    const service = aService();
    for (const id of ['d-1', 'd-2']) await service.store.deliveries.create(aDelivery(id));
    const first = await seed(service, 'first', { ...running, updated_at: T0 - 2 });
    const second = await seed(service, 'second', { ...running, cloud_build_id: 'cb-2', updated_at: T0 - 1 });
    viewOf(service, first, 'cb-1', { state: 'failed' });
    viewOf(service, second, 'cb-2', { state: 'failed' });
    service.bus.faults.plan('publish', 'before', new Error('the bus is away'));
    service.cloudBuilds.faults.plan('ofAttempt', 'before', new Error('quota exceeded'));
    const report = await sweep(service.deps);
    expect(report.failures).toEqual([
      { what: 'delivery d-1', why: 'the bus is away' },
      { what: `build ${first}`, why: 'quota exceeded' },
    ]);
    expect(published(service, 'deliveries')).toEqual([{ version: 1, delivery_id: 'd-2' }]);
    expect(await statusOf(service, first)).toBe('running');
    expect(await statusOf(service, second)).toBe('failed');
    expect((await sweep(service.deps)).failures).toEqual([]);
    expect(await statusOf(service, first)).toBe('failed');
  });

  it.each([
    ['delivery', { deliveries: 'undecided' }],
    ['effect', { builds: 'withEffects' }],
    ['build', { builds: 'stale' }],
    ['tag', { tags: 'dirty' }],
  ] as const)('does not let a query that fails hold up the others: %s', async (kind, broken) => {
    const service = aService();
    await seedOneOfEach(service);
    const failing = async () => {
      throw new Error('index missing');
    };
    const { store } = service;
    const [[part, method] = []] = Object.entries(broken);
    const deps = {
      ...service.deps,
      store: {
        ...store,
        deliveries: { ...store.deliveries, ...(part === 'deliveries' && { [`${method}`]: failing }) },
        builds: { ...store.builds, ...(part === 'builds' && { [`${method}`]: failing }) },
        tags: { ...store.tags, ...(part === 'tags' && { [`${method}`]: failing }) },
      },
    };
    const { repaired, failures } = await sweep(deps);
    const all = ['delivery', 'effect', 'build', 'queue', 'wake-up', 'tag'];
    const also: Record<string, string[]> = { build: ['queue', 'wake-up'], tag: ['own tag'] };
    const gone = [kind, ...(also[kind] ?? [])];
    expect(failures).toEqual(gone.map((what) => ({ what, why: 'index missing' })));
    expect(Object.keys(repaired)).toEqual(all.filter((one) => !gone.includes(one)));
  });

  it('repairs one of each in one go, and then finds nothing more', async () => {
    const service = aService();
    await seedOneOfEach(service);
    const repaired = { delivery: 1, effect: 1, build: 1, queue: 1, 'wake-up': 1, tag: 1 };
    expect(await sweep(service.deps)).toEqual({ repaired, failures: [] });
    service.clock.now += 1_000;
    // What waits, and a delivery that nobody decided, is woken each time.
    expect(await sweep(service.deps)).toEqual({ repaired: { delivery: 1, 'wake-up': 1 }, failures: [] });
  });

  it('puts back the tag of a promotion that failed and could not put it itself', async () => {
    const service = aService();
    const first = await promotingWithImage(service, 1);
    await service.deps.promote(first);
    const second = await promotingWithImage(service, 2);
    const event = { type: 'promotion_failed', code: 'promotion_failed', message: 'no' } as const;
    await service.store.builds.apply(second.id, { ...event, at: T0 });
    service.registry.push(`${PATHS.release}/shop`, 'latest', digestOf('2'));
    await sweep(service.deps);
    expect(released(service, 'latest')).toBe(digestOf('1'));
    expect(await service.store.tags.get(SHOP, 'latest')).toMatchObject({ dirty: false, lease: null });
  });

  it('asks about a builder that ended by itself and whose report was lost', async () => {
    const service = aService();
    const id = await seed(service, 'x', running);
    viewOf(service, id, 'cb-1', { state: 'failed', exitCode: 1 });
    await sweep(service.deps);
    expect(await service.store.builds.get(id)).toMatchObject({
      status: 'failed',
      error: { code: 'cloud_build_failed', source: 'cloud_build' },
    });
  });

  it('releases nothing that a builder left with Cloud Build and staging does not have', async () => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    const result = aResult(digestOf('f'));
    const output = { version: 1 as const, attempt: 1, result, stages: [], last_log_chunk: 0 };
    viewOf(service, id, 'cb-1', { state: 'succeeded', output });
    await sweep(service.deps);
    const error = { code: 'digest_mismatch', source: 'service' };
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'failed', error, moved_tags: [] });
    expect(await service.store.tags.get(SHOP, 'latest')).toBeNull();
  });
});
