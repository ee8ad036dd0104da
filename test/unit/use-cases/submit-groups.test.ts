import { describe, expect, it } from 'vitest';
import type { Build, BuildStatus } from '#core/build.ts';
import type { Concurrency } from '#core/concurrency.ts';
import { TransientError } from '#core/errors.ts';
import { DOUBT_MS } from '#core/order.ts';
import type { Store } from '#core/ports.ts';
import { aBuild, sha, T0 } from '#test/support/memory/examples.ts';
import { submitBuilds } from '#use-cases/submit-builds.ts';
import { aService, type Service } from './harness.ts';

const run = (service: Service, deps: Partial<Service['deps']> = {}) =>
  submitBuilds({ ...service.deps, ...deps, holder: 'me' }, 'default');

/** The build of the push of a second to `main`, as intake creates it. */
async function push(
  service: Service,
  second: number,
  policy: Concurrency = 'cancel',
  fields: Partial<Build> = {},
): Promise<Build> {
  const build = aBuild(`push ${second}`, {
    commit_sha: sha((second % 16).toString(16)),
    pushed_at: T0 + second * 1000,
    concurrency: { group: 'g-main', policy },
    ...fields,
  });
  await service.store.builds.create(build);
  return build;
}

const current = async (service: Service, build: Build): Promise<Build> => {
  const found = await service.store.builds.get(build.id);
  if (found === null) throw new Error(`${build.id} is gone`);
  return found;
};
const statuses = async (service: Service, builds: readonly Build[]): Promise<BuildStatus[]> =>
  Promise.all(builds.map(async (build) => (await current(service, build)).status));

/** The Cloud Build of a build is over, where it is being cancelled. */
async function over(service: Service, build: Build): Promise<void> {
  const { id, status, attempt } = await current(service, build);
  if (status === 'cancelling')
    await service.store.builds.apply(id, { type: 'cloud_build_lost', at: T0, attempt });
}

describe('a group whose builds cancel older ones', () => {
  it('leaves the latest push of those that wait, and says which build took over', async () => {
    const service = aService({ capacity: 1 });
    await service.store.builds.create(aBuild('other', { ref: 'refs/heads/x', pushed_at: T0 - 9 }));
    const builds = [await push(service, 1), await push(service, 2), await push(service, 3)];
    await run(service);
    expect(await statuses(service, builds)).toEqual(['cancelled', 'cancelled', 'queued']);
    expect(await current(service, aBuild('push 1'))).toMatchObject({
      reason: 'superseded',
      superseded_by: builds[2]?.id,
      attempt: 0,
    });
  });

  it('ends the Cloud Build of the one that runs, and starts the next beside it: two at most', async () => {
    const service = aService({ capacity: 9 });
    const first = await push(service, 1);
    await run(service);
    const second = await push(service, 2);
    await run(service);
    expect(await statuses(service, [first, second])).toEqual(['cancelling', 'submitted']);
    expect(service.cloudBuilds.cancelled).toEqual(['cb-1']);
    const third = await push(service, 3);
    await run(service);
    expect(await statuses(service, [first, second, third])).toEqual(['cancelling', 'cancelling', 'queued']);
    const fourth = await push(service, 4);
    await run(service);
    expect(await statuses(service, [third, fourth])).toEqual(['cancelled', 'queued']);
    await over(service, first);
    await run(service);
    expect(await statuses(service, [first, second, fourth])).toEqual([
      'cancelled',
      'cancelling',
      'submitted',
    ]);
    expect(service.cloudBuilds.specs.map(({ buildId }) => buildId)).toEqual([first.id, second.id, fourth.id]);
  });

  it('has a delivery that came late give way itself, also where the later push has ended', async () => {
    const service = aService({ capacity: 1 });
    const third = await push(service, 3);
    await run(service);
    const second = await push(service, 2);
    await run(service);
    expect(await statuses(service, [second, third])).toEqual(['cancelled', 'submitted']);
    await service.store.builds.apply(third.id, { type: 'cancel_requested', at: T0 });
    await over(service, third);
    const first = await push(service, 1);
    await run(service);
    expect(await current(service, first)).toMatchObject({
      status: 'cancelled',
      superseded_by: third.id,
      attempt: 0,
    });
  });

  it('leaves a build whose image is being released alone, and what waits for approval', async () => {
    const service = aService();
    const placed = { order: 0.5, attempt: 1 } as const;
    const promoting = await push(service, 1, 'cancel', { ...placed, status: 'promoting' });
    const waiting = await push(service, 2, 'cancel', { status: 'waiting_approval' });
    await push(service, 3);
    await run(service);
    expect(await statuses(service, [promoting, waiting])).toEqual(['promoting', 'waiting_approval']);
  });

  it('builds each push of A→B→A→B that comes when the one before is done', async () => {
    const service = aService();
    const shas = [sha('a'), sha('b'), sha('a'), sha('b')];
    for (const [index, commit_sha] of shas.entries()) {
      const before_sha = shas[index - 1] ?? null;
      const build = await push(service, index, 'cancel', { commit_sha, before_sha });
      await run(service);
      expect(await statuses(service, [build])).toEqual(['submitted']);
      await service.store.builds.apply(build.id, { type: 'cancel_requested', at: T0 });
      await over(service, build);
    }
  });

  it('leaves the last of A→B→A→B, whatever order they arrive in', async () => {
    for (const arrival of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
    ]) {
      const service = aService({ capacity: 3 });
      const shas = [sha('a'), sha('b'), sha('a'), sha('b')];
      const builds: Build[] = [];
      for (const index of arrival) {
        const fields = { commit_sha: shas[index] ?? '', before_sha: shas[index - 1] ?? null };
        builds[index] = await push(service, index, 'cancel', fields);
        await run(service);
        for (const build of builds) if (build) await over(service, build);
      }
      for (const build of builds) await over(service, build);
      const open = await service.store.builds.openOfGroup('g-main', null, 9);
      expect(open.map(({ id }) => id)).toEqual([builds[3]?.id]);
    }
  });

  it('builds the last of many pushes of one second, whatever order they arrive in and whatever our clock says', async () => {
    const pushes = Array.from({ length: 7 }, (_, index) => index);
    for (const arrival of [pushes, pushes.toReversed(), [3, 6, 1, 5, 0, 2, 4], [6, 0, 2, 4, 5, 3, 1]]) {
      const service = aService({ capacity: 3 });
      const builds: Build[] = [];
      for (const index of arrival) {
        const fields = {
          commit_sha: sha(`${index + 1}`),
          before_sha: sha(`${index}`),
          pushed_at: T0 + (index % 3),
          created_at: service.clock.now,
        };
        builds[index] = await push(service, index, 'cancel', fields);
      }
      await run(service);
      const last = builds.at(-1);
      const left = await service.store.builds.openOfGroup('g-main', null, 9);
      expect(left.map(({ id }) => id)).toEqual([last?.id]);
    }
  });

  it('waits a little for what a push of a rush followed, and no longer', async () => {
    const service = aService({ capacity: 3 });
    const fields = { pushed_at: T0, created_at: service.clock.now };
    const first = await push(service, 1, 'cancel', { ...fields, commit_sha: sha('a'), before_sha: null });
    const alone = await push(service, 2, 'cancel', { ...fields, commit_sha: sha('c'), before_sha: sha('b') });
    const begin = service.clock.now;
    await run(service);
    expect(await statuses(service, [first, alone])).toEqual(['cancelling', 'submitted']);
    expect(service.clock.now - begin).toBeLessThan(2 * DOUBT_MS);
  });

  it('cancels older builds that would have waited, or run beside it: the later push decides', async () => {
    const service = aService({ capacity: 3 });
    const older = [await push(service, 1, 'parallel'), await push(service, 2, 'wait')];
    await run(service);
    expect(await statuses(service, older)).toEqual(['submitted', 'queued']);
    await push(service, 3);
    await run(service);
    expect(await statuses(service, older)).toEqual(['cancelling', 'cancelled']);
  });

  it('starts nothing for what other groups, refs and people build', async () => {
    const service = aService({ capacity: 9 });
    const others = [
      await push(service, 1, 'cancel', { concurrency: { group: 'g-other', policy: 'cancel' } }),
      await push(service, 2, 'cancel', { concurrency: null }),
    ];
    const own = await push(service, 3);
    await run(service);
    expect(await statuses(service, [...others, own])).toEqual(['submitted', 'submitted', 'submitted']);
  });

  it('does all that a predecessor left undone, wherever it died, before it starts anything', async () => {
    for (let deadly = 0; deadly < 40; deadly++) {
      const service = aService({ capacity: 4 });
      const first = await push(service, 1);
      await run(service);
      const later = [await push(service, 2), await push(service, 3)];
      const died = await run(service, { store: dyingAt(service.store, deadly) }).then(
        () => false,
        () => true,
      );
      service.clock.now += service.deps.leaseMs;
      await run(service);
      expect(await statuses(service, [first, ...later])).toEqual(['cancelling', 'cancelled', 'submitted']);
      expect(service.cloudBuilds.specs.map(({ buildId }) => buildId)).toEqual([first.id, later[1]?.id]);
      if (!died) return;
    }
    throw new Error('it never came to its end');
  });

  it('starts what it can where a Cloud Build cannot be ended now, and says so', async () => {
    const service = aService({ capacity: 4 });
    const first = await push(service, 1);
    await run(service);
    const second = await push(service, 2);
    service.cloudBuilds.faults.plan('cancel', 'before', new TransientError('unavailable'));
    await expect(run(service)).rejects.toThrow('unavailable');
    expect(await statuses(service, [first, second])).toEqual(['cancelling', 'submitted']);
    expect((await current(service, first)).effects).toHaveLength(1); // for sweep
  });

  it('clears a crowd of any size in one run', async () => {
    const service = aService({ capacity: 1 });
    await service.store.builds.create(aBuild('other', { ref: 'refs/heads/x', pushed_at: T0 - 9 }));
    const builds: Build[] = [];
    for (let second = 0; second < 450; second++) builds.push(await push(service, second));
    await run(service);
    const found = await statuses(service, builds);
    expect(found.filter((status) => status === 'cancelled')).toHaveLength(449);
    expect(found.at(-1)).toBe('queued');
  });
});

describe('a group whose builds wait', () => {
  it('starts one at a time, in the order of pushes', async () => {
    const service = aService({ capacity: 3 });
    const builds = [await push(service, 2, 'wait'), await push(service, 3, 'wait')];
    const [, second] = builds;
    const late = await push(service, 1, 'wait');
    await run(service);
    expect(await statuses(service, [late, ...builds])).toEqual(['submitted', 'queued', 'queued']);
    await service.store.builds.apply(late.id, { type: 'cancel_requested', at: T0 });
    await run(service);
    expect(await statuses(service, builds)).toEqual(['queued', 'queued']); // its Cloud Build is not over
    await over(service, late);
    await run(service);
    expect(await statuses(service, builds)).toEqual(['submitted', 'queued']);
    expect((await current(service, second ?? late)).reason).toBeNull();
  });

  it('does not hide what else its team has waiting', async () => {
    const service = aService({ capacity: 2 });
    for (let second = 0; second < 20; second++) await push(service, second, 'wait');
    const behind = aBuild('behind', { ref: 'refs/heads/x', pushed_at: T0 + 900_000 });
    await service.store.builds.create(behind);
    await run(service);
    expect(await statuses(service, [behind])).toEqual(['submitted']);
  });
});

it('runs the builds of a group side by side where they are parallel', async () => {
  const service = aService({ capacity: 4 });
  const builds = [1, 2, 3].map((second) => push(service, second, 'parallel'));
  await run(service);
  expect(await statuses(service, await Promise.all(builds))).toEqual(['submitted', 'submitted', 'submitted']);
});

/** A store whose `nth` change, and all after it, does not happen: as where its caller died before it. */
function dyingAt(store: Store, nth: number): Store {
  let count = 0;
  const dying = <T extends object>(part: T): T =>
    new Proxy(part, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          if (count++ >= nth) return Promise.reject(new Error('dead'));
          return Reflect.apply(method, target, args);
        };
      },
    });
  return { ...store, queue: dying(store.queue), builds: dying(store.builds), stats: dying(store.stats) };
}
