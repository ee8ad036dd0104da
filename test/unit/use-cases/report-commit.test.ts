import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import type { BuildEvent } from '#core/events.ts';
import { reportId } from '#core/ids.ts';
import { GIVE_UP_MS, REPORT_DOUBT_MS } from '#core/report-document.ts';
import { REPORT } from '#core/reporting.ts';
import { hostTokenId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { aBuild, aChunk, aRepository, sha, T0 } from '#test/support/memory/examples.ts';
import { reportCommit } from '#use-cases/report-commit.ts';
import { sweep } from '#use-cases/sweep.ts';
import { aService, report, type Service } from './harness.ts';
import { atEachCall, deathAt } from './watched.ts';

const repository = aRepository();
const ID = reportId(repository.connection_id, sha('a'));
const { id } = aBuild('one');
const away = new TransientError('GitHub answered 502');

/** A connected repository with a build that was just created. */
async function given(fields: Partial<Build> = {}) {
  const service = aService();
  await service.store.repositories.create(repository);
  await service.store.builds.create(aBuild('one', { effects: [REPORT], order: 1, ...fields }));
  const { store, clock, host } = service;
  const apply = async (event: { type: string; [field: string]: unknown }) => {
    clock.now += 1000;
    await store.builds.apply(id, { at: clock.now, ...event } as BuildEvent);
  };
  const run = async () => {
    await apply({ type: 'claimed' });
    await apply({ type: 'exchanged', attempt: 1, cloud_build_id: 'cb-1' });
  };
  const fail = () => {
    const said = { type: 'failed', stages: [], code: 'install_failed', message: 'no', fault: 'user' };
    const failed = { ...said, last_log_chunk: 0 };
    return apply({ type: 'reported', attempt: 1, cloud_build_id: 'cb-1', report: failed });
  };
  const tell = () => reportCommit(service.deps, id);
  const states = () => host.reports.map(({ state }) => state);
  const effects = async () => (await store.builds.get(id))?.effects;
  return { service, ...{ store, clock, host, run, fail, tell, states, effects } };
}

/** Sweeps every minute for a while, and does what it wakes. */
async function wait(service: Service, ms: number): Promise<void> {
  const until = service.clock.now + ms;
  while (service.clock.now < until) {
    service.clock.now = Math.min(service.clock.now + 60_000, until);
    service.bus.published.splice(0);
    expect((await sweep(service.deps)).failures).toEqual([]);
    await report(service);
  }
}

describe('reportCommit', () => {
  it('tells how the build stands, by one name, and clears what was owed', async () => {
    const { tell, run, fail, states, effects, host, store } = await given();
    await tell();
    expect(await effects()).toEqual([]);
    await run();
    await tell();
    await store.logs.create(aChunk(id, 0, 'npm ERR! no'), T0);
    await fail();
    await tell();
    expect(states()).toEqual(['queued', 'running', 'failed']);
    expect(host.reports.map(({ report_id }) => report_id)).toEqual([null, 'report-1', 'report-1']);
    expect(host.reports.every(({ commit_sha }) => commit_sha === sha('a'))).toBe(true);
    expect(host.reports.at(-1)?.text).toContain('npm ERR! no');
    expect(await store.reports.get(ID)).toMatchObject({ lease: null, due_at: null, refusal: null });
  });

  it('tells nothing twice, and writes nothing, where a message comes again or late', async () => {
    const { tell, run, fail, states, store } = await given();
    await run();
    await fail();
    await tell();
    const before = await store.reports.get(ID);
    for (let times = 0; times < 3; times++) await tell();
    expect(states()).toEqual(['failed']);
    expect(await store.reports.get(ID)).toEqual(before);
  });

  it('tells what is true, where many are woken at once, once', async () => {
    const { tell, run, host, states } = await given();
    const slow = host.report;
    let meanwhile: Promise<unknown> | null = null;
    host.report = async (access, told) => {
      const first = meanwhile === null;
      meanwhile ??= run().then(tell);
      if (first) await meanwhile; // which finds that somebody is at it
      return slow(access, told);
    };
    await Promise.all(Array.from({ length: 20 }, tell));
    expect(states()).toEqual(['queued', 'running']);
  });

  it('has the failing of one image among several, and the end of all', async () => {
    const { service, tell, run, fail, states, host } = await given();
    const other = aBuild('two', { image: { registry: null, name: 'acme/api', tags: ['v1'] } });
    await service.store.builds.create({ ...other, status: 'succeeded', finished_at: T0 });
    await tell();
    await run();
    await fail();
    await tell();
    expect(states()).toEqual(['running', 'failed']);
    expect(host.reports.at(-1)?.title).toBe('2 images: 1 succeeded, 1 failed');
  });

  it('finds the end of a log whose builder died before it said how long it was', async () => {
    const ended = { status: 'timed_out', attempt: 1, finished_at: T0 } as const;
    const { tell, host, store } = await given(ended);
    for (const chunk of [0, 1, 2, 5, 70]) await store.logs.create(aChunk(id, chunk), T0);
    await tell();
    expect(host.reports[0]?.text).toContain('\nline 70\n');
    expect(host.reports[0]?.text).not.toContain('line 5');
  });

  it('shows the repository’s own token', async () => {
    const { service, tell, host, store } = await given();
    await store.repositories.change(repository, (known) => ({ ...known, credential: 'own' }));
    await service.secrets.put(hostTokenId(repository.connection_id), new Secret('hush'));
    const shown: unknown[] = [];
    host.report = async ({ token, installation }) => {
      shown.push([token?.reveal(), installation]);
      return null;
    };
    await tell();
    expect(shown).toEqual([['hush', false]]);
  });

  it.each([
    ['was disconnected', null],
    ['was connected anew', { connection_id: 'c-other' }],
    ['has nothing to show at its host', { credential: 'none' }],
  ] as const)('tells nothing, and keeps nothing, where the repository %s', async (_, again) => {
    const { tell, run, states, store, effects, clock } = await given();
    await tell();
    await store.repositories.disconnect(repository, clock.now);
    if (again !== null) await store.repositories.create({ ...repository, ...again });
    await run();
    await tell();
    expect(states()).toEqual(['queued']);
    expect(await effects()).toEqual([]);
    expect(await store.reports.get(ID)).toBeNull();
  });
});

describe('a host that does not take it', () => {
  it('is asked again only where there is something new, and why is kept', async () => {
    const { service, tell, run, fail, states, store, host } = await given();
    host.failure = new UserError('refused', 'the token may not write statuses');
    await tell();
    await tell();
    await wait(service, 1_200_000);
    expect(service.refusals).toEqual(['the token may not write statuses']);
    expect(await store.reports.get(ID)).toMatchObject({ refusal: service.refusals[0], due_at: null });
    host.failure = null;
    await run();
    await fail();
    await tell();
    expect(states()).toEqual(['failed']);
    expect(await store.reports.get(ID)).toMatchObject({ refusal: null });
  });

  it('and is away for an hour: no message waits, nobody hurries it, and it is told the truth then', async () => {
    const { service, tell, run, fail, states, host } = await given();
    await tell();
    host.failure = away;
    let asked = 0;
    const own = host.report;
    host.report = (...args) => {
      asked += 1;
      return own(...args);
    };
    await run();
    for (let times = 0; times < 5; times++) await tell();
    expect(asked).toBe(1);
    await wait(service, 1_800_000);
    await fail();
    await tell();
    await wait(service, 1_800_000);
    expect(asked).toBeLessThan(30);
    host.failure = null;
    await wait(service, 600_000);
    expect(states()).toEqual(['queued', 'failed']);
    await wait(service, 2 * REPORT_DOUBT_MS);
    expect(new Set(states())).toEqual(new Set(['queued', 'failed']));
    expect(await service.store.reports.due(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
  });

  it('and is away for three days is given up', async () => {
    const { service, tell, store, host } = await given();
    host.failure = away;
    await tell();
    service.clock.now += GIVE_UP_MS;
    await wait(service, 60_000);
    expect(service.refusals).toEqual([expect.stringContaining('GitHub answered 502')]);
    expect(await store.reports.get(ID)).toMatchObject({ due_at: null, away: null });
  });
});

describe('a writer that is lost', () => {
  it('and comes back does not tell what was true when it stalled', async () => {
    const { service, tell, run, states, clock } = await given();
    const builds = {
      ...service.store.builds,
      ofCommit: async (...args: Parameters<typeof service.store.builds.ofCommit>) => {
        const found = await service.store.builds.ofCommit(...args);
        if (states().length > 0) return found;
        clock.now += 61_000;
        await run();
        await tell();
        return found;
      },
    };
    await reportCommit({ ...service.deps, store: { ...service.store, builds } }, id);
    expect(states()).toEqual(['running']);
  });

  it('and whose call goes through late is put right within a minute or two', async () => {
    const { service, tell, run, states, host, clock } = await given();
    const own = host.report;
    let late: () => unknown = () => undefined;
    host.report = async (...args) => {
      host.report = own;
      late = () => own(...args);
      clock.now += 61_000; // it hangs past its lease
      await run();
      await tell();
      throw away;
    };
    await tell();
    await late();
    expect(states()).toEqual(['running', 'queued']);
    await wait(service, 120_000);
    expect(states().at(-1)).toBe('running');
    expect(host.reports.at(-1)?.report_id).toBeNull(); // it may show another one than we know of
  });

  it.each(['before', 'after'] as const)(
    'dying %s any call, and its message too: sweep does the rest',
    async (when) => {
      const calls = await atEachCall(async (at) => {
        const { service, run, fail, states, effects } = await given();
        await run();
        await fail();
        const { deps, died } = deathAt(service.deps, at, when);
        await reportCommit(deps, id).catch(() => undefined);
        if (!died()) return false;
        await wait(service, 2 * REPORT_DOUBT_MS);
        expect(states().at(-1)).toBe('failed');
        expect(await effects()).toEqual([]);
        expect(await service.store.reports.get(ID)).toMatchObject({ lease: null, due_at: null });
        return true;
      });
      expect(calls).toBeGreaterThan(5);
    },
  );

  it('gives its lease back where the store fails it, and the message comes again', async () => {
    const { service, tell, states } = await given();
    const builds = { ...service.store.builds, ofCommit: () => Promise.reject(away) };
    const failing = { ...service.deps, store: { ...service.store, builds } };
    await expect(reportCommit(failing, id)).rejects.toBe(away);
    await tell();
    expect(states()).toEqual(['queued']);
  });
});
