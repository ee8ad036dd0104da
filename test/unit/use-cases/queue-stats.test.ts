import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { aBuild, aTeam, T0 } from '#test/support/memory/examples.ts';
import { queueStats } from '#use-cases/queue-stats.ts';
import { submitBuilds } from '#use-cases/submit-builds.ts';
import { aService, type Service } from './harness.ts';

/** How long every build of these tests holds its slot. */
const BUILD_MS = 60_000;

const submit = (service: Service) => submitBuilds({ ...service.deps, holder: 'me' }, 'default');
const told = (service: Service, team: string) => queueStats(service.deps, 'default', team);

/** A service that has seen one build, of nobody who is asked about, so that it knows how long builds take. */
async function experienced(capacity: number): Promise<Service> {
  const service = aService({ capacity });
  const [finished_at, submitting_at] = [service.clock.now, service.clock.now - BUILD_MS];
  const over = { team: 'past', status: 'failed', submitting_at, finished_at, order: 0.5 } as const;
  await service.store.builds.create(aBuild('past', over));
  await submit(service);
  return service;
}

let pushes = 0;
async function queue(service: Service, team: string, count: number): Promise<Build[]> {
  const builds = Array.from({ length: count }, () => {
    pushes += 1;
    return aBuild(`push ${pushes}`, {
      team,
      ref: null,
      pushed_at: T0 + pushes,
      queued_at: service.clock.now,
    });
  });
  for (const build of builds) await service.store.builds.create(build);
  return builds;
}

/** Ends the build that has held its slot the longest, when it is due, and lets `submit` fill the slot. */
async function endNext(service: Service, running: Build[]): Promise<void> {
  const { builds } = service.store;
  const [first] = running.toSorted((a, b) => (a.submitting_at ?? 0) - (b.submitting_at ?? 0));
  if (first === undefined) return;
  running.splice(running.indexOf(first), 1);
  service.clock.now = (first.submitting_at ?? 0) + BUILD_MS;
  const { build } = await builds.apply(first.id, {
    type: 'exchanged',
    at: service.clock.now,
    attempt: 1,
    cloud_build_id: first.cloud_build_id ?? '',
  });
  const failed = { type: 'failed', code: 'build_failed', message: '', fault: 'user' } as const;
  await builds.apply(build.id, {
    type: 'reported',
    at: service.clock.now,
    attempt: 1,
    cloud_build_id: build.cloud_build_id ?? '',
    report: { ...failed, stages: [], last_log_chunk: null },
  });
  await submit(service);
}

describe('queueStats', () => {
  it('tells when each build starts, as it comes true where builds take as long as is usual', async () => {
    const TEAMS = ['t1', 't2', 't3', 't4'];
    const counts = fc.tuple(...TEAMS.map(() => fc.nat(7)));
    const limits = fc.tuple(...TEAMS.map(() => fc.option(fc.integer({ min: 1, max: 3 }))));
    const rounds = fc.nat(6);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), limits, counts, rounds, counts, async (...given) => {
        const [capacity, limited, first, before, more] = given;
        const service = await experienced(capacity);
        for (const [index, id] of TEAMS.entries()) {
          const most = limited[index] ?? null;
          const of = { id, limits: { ...aTeam().limits, concurrent_builds: most } };
          await service.store.teams.create(aTeam(of));
        }
        const active = () => service.store.builds.inStates('default', ['submitted'], 99);
        const running: Build[] = [];
        const started: { id: string; at: number }[] = [];
        const look = async () => {
          const found = (await active()).filter(({ id }) => !running.some((known) => known.id === id));
          // those of one claim, in the order in which they got their slots
          const order = service.cloudBuilds.specs.map(({ buildId }) => buildId);
          found.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
          running.push(...found);
          started.push(...found.map(({ id }) => ({ id, at: service.clock.now })));
        };
        const play = async (times: number) => {
          for (let round = 0; round < times; round++) {
            await endNext(service, running);
            await look();
          }
        };
        for (const [index, team] of TEAMS.entries()) await queue(service, team, first[index] ?? 0);
        await submit(service);
        await look();
        await play(before);
        for (const [index, team] of TEAMS.entries()) await queue(service, team, more[index] ?? 0);
        await submit(service);
        await look();

        running.splice(0, running.length, ...(await active()));
        started.length = 0;
        const now = service.clock.now;
        const stats = await Promise.all(TEAMS.map((team) => told(service, team)));
        const queued = stats.flatMap(({ builds }) => builds);
        await play(queued.length + capacity);
        const foreseen = queued
          .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
          .map(({ id, expectedWaitMs }) => ({ id, at: now + (expectedWaitMs ?? Number.NaN) }));
        expect(foreseen).toEqual(started);
        expect(queued.map(({ position }) => position).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
          started.map((_, index) => index + 1),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('lets 5 builds start within the first third of the time that 200 of another team take', async () => {
    const service = await experienced(4);
    await queue(service, 'large', 200);
    await submit(service);
    const small = await queue(service, 'small', 5);
    await submit(service);
    const { builds, pool } = await told(service, 'small');
    expect(pool).toEqual({ queued: 201, running: 4 });
    expect(builds.map(({ id }) => id)).toEqual(small.map(({ id }) => id));
    const all = (205 / 4) * BUILD_MS;
    for (const { expectedWaitMs } of builds) expect(expectedWaitMs).toBeLessThan(all / 3);
    expect(builds.every(({ position }) => (position ?? 999) < 15)).toBe(true);
  });

  it('knows the order, but no times, before any build ended', async () => {
    const service = aService({ capacity: 1 });
    const builds = await queue(service, 'acme', 3);
    await submit(service);
    expect(await told(service, 'acme')).toMatchObject({
      queued: 2,
      running: 1,
      capacity: 1,
      builds: [
        { id: builds[1]?.id, position: 1, expectedWaitMs: null },
        { id: builds[2]?.id, position: 2, expectedWaitMs: null },
      ],
    });
  });

  it('shows a team its own builds and what it may know of others: how many there are', async () => {
    const service = aService({ capacity: 2 });
    await queue(service, 'other', 4);
    await submit(service);
    const [own] = await queue(service, 'acme', 1); // so new that it has no place yet
    const { lastHour, lastDay, ...now } = await told(service, 'acme');
    expect(now).toEqual({
      queued: 1,
      running: 0,
      capacity: 2,
      builds: [{ id: own?.id, position: 1, expectedWaitMs: null }],
      pool: { queued: 3, running: 2 },
    });
    expect(lastHour).toEqual(lastDay);
    expect(lastDay).toMatchObject({ failed: 0, successRate: null, wait: { average: null } });
  });

  it('lists a hundred builds and counts the others', async () => {
    const service = aService({ capacity: 1 });
    await queue(service, 'acme', 130);
    await submit(service);
    const { builds, queued } = await told(service, 'acme');
    expect([builds.length, queued, builds.at(-1)?.position]).toEqual([100, 129, 100]);
  });

  it('sums up what ended in the last hour and day, once `submit` was there', async () => {
    const service = aService({ capacity: 2 });
    const at = (minutesAgo: number) => service.clock.now - minutesAgo * 60_000;
    for (const minutes of [5, 30, 90, 60 * 26]) {
      const [submitting_at, finished_at] = [at(minutes + 1), at(minutes)];
      const times = { queued_at: submitting_at - 2000, submitting_at, finished_at };
      const fields = { status: 'succeeded', order: 1, ...times } as const;
      await service.store.builds.create(aBuild(`${minutes}`, fields));
    }
    expect((await told(service, 'acme')).lastDay.succeeded).toBe(0);
    await submit(service);
    const { lastHour, lastDay } = await told(service, 'acme');
    expect([lastHour.succeeded, lastDay.succeeded]).toEqual([2, 3]);
    expect(lastDay).toMatchObject({ duration: { average: 60_000 }, wait: { average: 2000 }, successRate: 1 });
  });
});
