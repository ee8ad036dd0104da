import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { exchangeToken } from '#core/ids.ts';
import { aBuild, aTeam, sha, T0 } from '#test/support/memory/examples.ts';
import { submitBuilds } from '#use-cases/submit-builds.ts';
import { aService, EXCHANGE_KEY, published, type Service } from './harness.ts';

const run = (service: Service, holder = 'me') => submitBuilds({ ...service.deps, holder }, 'default');
const statuses = async (service: Service, builds: readonly Build[]) =>
  Promise.all(builds.map(async ({ id }) => (await service.store.builds.get(id))?.status));

async function queued(service: Service, count: number, fields: Partial<Build> = {}): Promise<Build[]> {
  const builds = Array.from({ length: count }, (_, index) =>
    aBuild(`${fields.team ?? 'acme'} ${index}`, {
      pushed_at: T0 + index * 1_000,
      ref: `refs/heads/b${index}`,
      ...fields,
    }),
  );
  for (const build of builds) await service.store.builds.create(build);
  return builds;
}

/** Takes a build out of its slot. */
async function end(service: Service, build: Build | undefined): Promise<void> {
  const { apply } = service.store.builds;
  const id = build?.id ?? '';
  await apply(id, { type: 'cancel_requested', at: T0 });
  await apply(id, { type: 'cloud_build_lost', at: T0, attempt: 1 });
}

describe('submitBuilds', () => {
  it('creates the Cloud Builds of the earliest pushes, as many as there are slots', async () => {
    const service = aService({ capacity: 2 });
    const builds = await queued(service, 3);
    await run(service);
    expect(await statuses(service, builds)).toEqual(['submitted', 'submitted', 'queued']);
    expect(service.cloudBuilds.specs.map(({ buildId }) => buildId)).toEqual(
      builds.slice(0, 2).map(({ id }) => id),
    );
    const [spec] = service.cloudBuilds.specs;
    const token = exchangeToken(EXCHANGE_KEY, builds[0]?.id ?? '', 1);
    expect(spec).toEqual({
      buildId: builds[0]?.id,
      attempt: 1,
      exchangeToken: token,
      trusted: true,
      timeoutS: 1800,
      machineType: null,
    });
  });

  it('counts every build that holds a slot, also those being cancelled', async () => {
    const service = aService({ capacity: 3 });
    for (const status of ['running', 'cancelling'] as const) {
      await service.store.builds.create(
        aBuild(status, { status, attempt: 1, order: 1, cloud_build_id: status }),
      );
    }
    await service.store.builds.create(aBuild('promoting', { status: 'promoting', attempt: 1, order: 1 }));
    const builds = await queued(service, 2);
    await run(service);
    expect(await statuses(service, builds)).toEqual(['submitted', 'queued']);
  });

  it('lets the second team in before a first one’s crowd', async () => {
    const service = aService({ capacity: 2 });
    const crowd = await queued(service, 20);
    const [late] = await queued(service, 1, { team: 'other', pushed_at: T0 + 900_000 });
    await run(service);
    expect(await statuses(service, [...crowd.slice(0, 2), ...(late ? [late] : [])])).toEqual([
      'submitted',
      'queued',
      'submitted',
    ]);
  });

  it('sees a small team behind more builds of another than it looks at', async () => {
    const service = aService({ capacity: 2 });
    const crowd = await queued(service, 450);
    const small = await queued(service, 1, { team: 'small', pushed_at: T0 + 900_000_000 });
    await run(service);
    // The first look places 200, and starts two of them: the others had no place yet.
    expect(await statuses(service, [...crowd.slice(0, 3), ...small])).toEqual([
      'submitted',
      'submitted',
      'queued',
      'queued',
    ]);
    for (const build of [...crowd, ...small])
      expect((await service.store.builds.get(build.id))?.order).not.toBeNull();
    await end(service, crowd[0]);
    await run(service);
    expect(await statuses(service, small)).toEqual(['submitted']);
  });

  it('gives a slot to each team in turn where more wait than there are slots', async () => {
    const service = aService({ capacity: 1 });
    const builds = await queued(service, 3, { team: 'a' });
    for (const team of ['b', 'c']) builds.push(...(await queued(service, 2, { team })));
    const started: string[] = [];
    for (let round = 0; round < builds.length; round++) {
      await run(service);
      const [active] = await service.store.builds.inStates('default', ['submitted'], 9);
      started.push(active?.team ?? 'nobody');
      await end(service, active);
    }
    const turn = started.slice(0, 3);
    expect(turn.toSorted()).toEqual(['a', 'b', 'c']);
    expect(started).toEqual([...turn, ...turn, 'a']);
  });

  it('gives a team no more slots than its limit', async () => {
    const service = aService({ capacity: 5 });
    const limits = { ...aTeam().limits, concurrent_builds: 2 };
    await service.store.teams.create(aTeam({ id: 'small', limits }));
    const builds = await queued(service, 3, { team: 'small' });
    await run(service);
    expect(await statuses(service, builds)).toEqual(['submitted', 'submitted', 'queued']);
    await end(service, builds[0]);
    await run(service);
    expect(await statuses(service, builds)).toEqual(['cancelled', 'submitted', 'submitted']);
  });

  it('gives each build its place, those without a slot too', async () => {
    const service = aService({ capacity: 1 });
    const shared = { ref: 'refs/heads/main' };
    await queued(service, 1, {
      ...shared,
      team: 'x',
      commit_sha: sha('c'),
      before_sha: sha('b'),
      pushed_at: T0,
    });
    await queued(service, 1, {
      ...shared,
      team: 'y',
      commit_sha: sha('b'),
      before_sha: sha('a'),
      pushed_at: T0 + 1,
    });
    await run(service);
    const [x, y] = await Promise.all(['x 0', 'y 0'].map((name) => service.store.builds.get(aBuild(name).id)));
    expect(y?.order).toBeLessThan(x?.order ?? 0);
  });

  it('is refused while another holds the lease, and gives its own back', async () => {
    const service = aService();
    const builds = await queued(service, 1);
    await service.store.queue.lease('default', 'other', service.clock.now, 60_000);
    await expect(run(service)).rejects.toThrow(TransientError);
    expect(await statuses(service, builds)).toEqual(['queued']);
    await service.store.queue.release('default', 'other');
    await run(service);
    expect(await service.store.queue.lease('default', 'next', service.clock.now, 1)).toBe(true);
  });

  it('fills no slot twice where a submitter stalls past its lease after its look at the queue', async () => {
    const service = aService({ capacity: 1 });
    const builds = await queued(service, 2, { order: 1 }); // placed already: only the claims are left
    const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>();
    const inStates: typeof service.store.builds.inStates = async (...args) => {
      const found = await service.store.builds.inStates(...args);
      await goesOn;
      return found;
    };
    const store = { ...service.store, builds: { ...service.store.builds, inStates } };
    const stalled = submitBuilds({ ...service.deps, store, holder: 'stalled' }, 'default');
    await service.store.builds.inStates('default', ['queued'], 1); // it has had its look too by then
    service.clock.now += service.deps.leaseMs;
    await run(service);
    goOn();
    await expect(stalled).rejects.toThrow(TransientError);
    expect(await statuses(service, builds)).toEqual(['submitted', 'queued']);
  });

  it('creates each Cloud Build once, however many runs try at once', async () => {
    const service = aService({ capacity: 5 });
    await queued(service, 5);
    const runs = await Promise.allSettled(['a', 'b', 'c'].map((holder) => run(service, holder)));
    expect(runs.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(service.cloudBuilds.specs).toHaveLength(5);
  });

  it('fails a build that Cloud Build refuses, and gives its slot to the next', async () => {
    const service = aService({ capacity: 1 });
    const builds = await queued(service, 2);
    service.cloudBuilds.faults.plan('create', 'before', new UserError('refused', 'the pool does not exist'));
    await run(service);
    expect(await statuses(service, builds)).toEqual(['failed', 'submitted']);
    const refused = await service.store.builds.get(builds[0]?.id ?? '');
    expect(refused?.error).toEqual({
      code: 'submit_refused',
      message: 'the pool does not exist',
      source: 'service',
    });
    expect(published(service, 'builds')).toContainEqual({ version: 1, build_id: refused?.id });
  });

  it('adopts what a run created whose answer was lost', async () => {
    const service = aService({ capacity: 2 });
    const builds = await queued(service, 2);
    service.cloudBuilds.faults.plan('create', 'after', new TransientError('no answer'));
    await expect(run(service)).rejects.toThrow('no answer');
    expect((await statuses(service, builds)).toSorted()).toEqual(['submitted', 'submitting']);
    await run(service);
    expect(await statuses(service, builds)).toEqual(['submitted', 'submitted']);
    expect(service.cloudBuilds.specs).toHaveLength(2);
  });

  it('creates once more where nothing is found: the same attempt, the same token', async () => {
    const service = aService();
    const builds = await queued(service, 1);
    service.cloudBuilds.faults.plan('create', 'before', new TransientError('unavailable'));
    await expect(run(service)).rejects.toThrow('unavailable');
    expect(await statuses(service, builds)).toEqual(['submitting']);
    await run(service);
    expect(service.cloudBuilds.specs).toEqual([expect.objectContaining({ attempt: 1 })]);
    expect(await statuses(service, builds)).toEqual(['submitted']);
  });

  it('creates a double where the list lags, which then loses', async () => {
    const service = aService();
    const [build] = await queued(service, 1);
    service.cloudBuilds.faults.plan('create', 'after', new TransientError('no answer'));
    await expect(run(service)).rejects.toThrow('no answer');
    service.cloudBuilds.unlisted.add('cb-1');
    await run(service);
    const [first, second] = service.cloudBuilds.specs;
    expect(second).toEqual(first);
    expect(await service.store.builds.get(build?.id ?? '')).toMatchObject({
      status: 'submitted',
      cloud_build_id: 'cb-2',
    });
  });

  it('cancels what it created where the build was cancelled meanwhile', async () => {
    const service = aService();
    const [build] = await queued(service, 1);
    const id = build?.id ?? '';
    const create: typeof service.cloudBuilds.create = async (spec) => {
      await service.store.builds.apply(id, { type: 'cancel_requested', at: T0 });
      return service.cloudBuilds.create(spec);
    };
    await run({ ...service, deps: { ...service.deps, cloudBuilds: { ...service.cloudBuilds, create } } });
    expect(await service.store.builds.get(id)).toMatchObject({
      status: 'cancelling',
      cloud_build_id: 'cb-1',
      effects: [],
    });
    expect(service.cloudBuilds.cancelled).toContain('cb-1');
  });
});
