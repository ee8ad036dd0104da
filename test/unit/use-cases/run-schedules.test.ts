import { describe, expect, it } from 'vitest';
import { Schedule } from '#core/build-rules.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import { dayOf } from '#core/quota.ts';
import type { Repository } from '#core/repository.ts';
import { aRepository, aTeam, sha, T0 } from '#test/support/memory/examples.ts';
import { sweep } from '#use-cases/sweep.ts';
import { syncSchedules } from '#use-cases/sync-schedules.ts';
import { aService, type Service } from './harness.ts';

const HOUR = 3_600_000;
const NIGHTLY = Schedule.parse({ cron: '0 3 * * *', cache: 'refresh' });
/** The first time that is due: T0 is midnight. */
const DUE = T0 + 3 * HOUR;

/** A service with `acme/shop`, which is built every night at three; main is at a. */
async function nightly(fields: Partial<Repository> = {}) {
  const service = aService();
  service.clock.now = T0;
  service.deps.refs.heads.set('refs/heads/main', sha('a'));
  const repository = aRepository({ rules: { schedules: [NIGHTLY] }, ...fields });
  await service.store.repositories.create(repository);
  await syncSchedules(service.deps, repository, null);
  const book = () => service.store.schedules.get(repository.connection_id);
  return { service, repository, book };
}
const all = async (service: Service) =>
  (await service.store.builds.list('acme', ALL_BUILDS, { limit: 100, after: null })).items;

/** A sweep at a time. */
async function sweepAt(service: Service, at: number) {
  service.clock.now = at;
  return sweep(service.deps);
}

describe('a schedule', () => {
  it('builds the head of its branch when it is due, and not before', async () => {
    const { service, book } = await nightly();
    await sweepAt(service, DUE - 1);
    expect(await all(service)).toEqual([]);
    expect(await sweepAt(service, DUE)).toEqual({ repaired: {}, failures: [] });
    const [build, ...others] = await all(service);
    expect(others).toEqual([]);
    expect(build).toMatchObject({
      ...{ origin: { kind: 'schedule', due_at: DUE }, ref: 'refs/heads/main', commit_sha: sha('a') },
      ...{ status: 'queued', trusted: true, concurrency: null, pushed_at: DUE },
      image: { name: 'acme/shop', tags: ['main-auto-aaaaaaa', 'latest'] },
      config: { cache: 'refresh' },
    });
    expect(await book()).toMatchObject({
      next_at: DUE + 24 * HOUR,
      entries: [{ last: { due_at: DUE, build_ids: [build?.id], reason: null } }],
    });
  });

  it('builds once a time, however often it is swept', async () => {
    const { service } = await nightly();
    for (const at of [DUE, DUE + 1, DUE + 60_000]) await sweepAt(service, at);
    expect(await all(service)).toHaveLength(1);
    await sweepAt(service, DUE + 24 * HOUR);
    expect(await all(service)).toHaveLength(2);
  });

  it('makes up for a time that was missed once, and goes on from there', async () => {
    const { service, book } = await nightly();
    await sweepAt(service, DUE + 100 * HOUR);
    await sweepAt(service, DUE + 101 * HOUR);
    expect(await all(service)).toMatchObject([{ origin: { due_at: DUE } }]);
    expect((await book())?.next_at).toBe(DUE + 120 * HOUR);
  });

  it('builds once where two sweeps cross', async () => {
    const { service } = await nightly();
    service.clock.now = DUE;
    const reports = await Promise.all([sweep(service.deps), sweep(service.deps), sweep(service.deps)]);
    expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
    expect(await all(service)).toHaveLength(1);
  });

  it.each(['builds', 'schedules', 'bus'] as const)(
    'makes the same build again after a death at the %s, on either side of it',
    async (where) => {
      for (const side of ['before', 'after'] as const) {
        const { service, book } = await nightly();
        service.clock.now = DUE;
        await expect(sweep(dying(service, where, side))).resolves.toMatchObject({ failures: [{}] });
        service.deps.refs.heads.set('refs/heads/main', sha('b'));
        await sweepAt(service, DUE + 10 * 60_000);
        expect(await all(service)).toHaveLength(1);
        expect(await book()).toMatchObject({ next_at: DUE + 24 * HOUR });
      }
    },
  );

  it('stays owed while the host is away, which is asked again every five minutes', async () => {
    const { service } = await nightly();
    const { refs } = service.deps;
    refs.failure = new TransientError('the git host did not answer');
    expect((await sweepAt(service, DUE)).failures).toEqual([
      { what: expect.stringMatching(/^schedule r-/), why: 'the git host did not answer' },
    ]);
    expect((await sweepAt(service, DUE + 60_000)).failures).toEqual([]);
    refs.failure = null;
    await sweepAt(service, DUE + 2 * 60_000);
    expect(await all(service)).toEqual([]);
    await sweepAt(service, DUE + 6 * 60_000);
    expect(await all(service)).toMatchObject([{ origin: { due_at: DUE } }]);
  });

  it('says why there is no build, and waits for the next time', async () => {
    const { service, book } = await nightly({
      rules: { schedules: [{ ...NIGHTLY, branch: 'gone' }] },
    });
    expect((await sweepAt(service, DUE)).failures).toEqual([]);
    expect(await all(service)).toEqual([]);
    expect(await book()).toMatchObject({
      next_at: DUE + 24 * HOUR,
      entries: [{ last: { build_ids: [], reason: expect.stringContaining('refs/heads/gone') } }],
    });
    service.deps.refs.failure = new UserError('refused', 'the host does not let us in');
    await sweepAt(service, DUE + 24 * HOUR);
    expect(await book()).toMatchObject({ entries: [{ last: { reason: 'the host does not let us in' } }] });
  });

  it('builds every image of the file at the head, as it says, whatever changed', async () => {
    const { service } = await nightly();
    const images = '[[images]]\nname = "api"\nroot = "api"\ntarget = "prod"\n[[images]]\nname = "web"\n';
    service.host.files.set(`${sha('a')}:bitflow.toml`, images);
    await sweepAt(service, DUE);
    const made = (await all(service)).toSorted((a, b) => (a.image.name < b.image.name ? -1 : 1));
    expect(made).toMatchObject([
      {
        image: { name: 'acme/shop/api' },
        ...{ root_directory: 'api', requested_builder: 'dockerfile' },
        config: { cache: 'refresh', dockerfile: { path: null, target: 'prod' } },
      },
      { image: { name: 'acme/shop/web' } },
    ]);
  });

  it('is let go where the file at the head has others, which hold from then on', async () => {
    const { service, book } = await nightly();
    service.host.files.set(`${sha('a')}:bitflow.toml`, '[[schedules]]\ncron = "0 5 * * *"\n');
    await sweepAt(service, DUE);
    expect(await all(service)).toEqual([]);
    expect(await book()).toMatchObject({ entries: [{ due_at: DUE + 2 * HOUR }] });
    await sweepAt(service, DUE + 2 * HOUR);
    expect(await all(service)).toHaveLength(1);
  });

  it('builds nothing of a file with a mistake, and stays', async () => {
    const { service, book } = await nightly();
    service.host.files.set(`${sha('a')}:bitflow.toml`, 'nonsense');
    await sweepAt(service, DUE);
    expect(await all(service)).toEqual([]);
    expect(await book()).toMatchObject({
      entries: [{ due_at: DUE + 24 * HOUR, last: { reason: expect.stringContaining('line 1') } }],
    });
  });

  it('takes its place among the builds of the day', async () => {
    const { service, book } = await nightly();
    const { id, limits } = aTeam();
    await service.store.teams.change(id, { limits: { ...limits, builds_per_day: 1 } });
    await service.store.quotas.take(id, dayOf(DUE), 1, 'another build');
    await sweepAt(service, DUE);
    expect(await all(service)).toEqual([]);
    expect(await book()).toMatchObject({
      entries: [{ last: { reason: expect.stringContaining('in a day') } }],
    });
  });

  it('ends with its connection', async () => {
    const { service, repository, book } = await nightly();
    await service.store.repositories.disconnect(repository, DUE - 2);
    await service.store.repositories.create(aRepository({ connection_id: 'c-other', rules: {} }));
    expect((await sweepAt(service, DUE)).failures).toEqual([]);
    expect([await all(service), await book()]).toEqual([[], null]);
  });
});

/** The service whose next step at one of its parts dies once. */
function dying(service: Service, where: 'builds' | 'schedules' | 'bus', side: 'before' | 'after') {
  let died = false;
  const once = <T extends (...given: never[]) => Promise<unknown>>(method: T) =>
    (async (...given: Parameters<T>) => {
      if (died) return method(...given);
      died = true;
      if (side === 'after') await method(...given);
      throw new Error('died');
    }) as unknown as T;
  const { store, bus } = service;
  if (where === 'bus') return { ...service.deps, bus: { ...bus, publish: once(bus.publish) } };
  const part =
    where === 'builds'
      ? { builds: { ...store.builds, create: once(store.builds.create) } }
      : { schedules: { ...store.schedules, change: once(store.schedules.change) } };
  return { ...service.deps, store: { ...store, ...part } };
}
