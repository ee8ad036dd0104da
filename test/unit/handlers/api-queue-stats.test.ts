import { expect, it } from 'vitest';
import { tokenHash } from '#core/ids.ts';
import { anApi } from '#test/support/api.ts';
import { aBuild, aTeam, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { aService } from '#test/unit/use-cases/harness.ts';
import { submitBuilds } from '#use-cases/submit-builds.ts';

const TOKEN = 'bft_0123456789abcdef';

it('GET /v1/builds/queue/stats answers in seconds, from what `submit` counted', async () => {
  const service = aService({ capacity: 1 });
  const tokens = new Map([[tokenHash(TOKEN), { id: 't-1', team: 'acme' }]]);
  const store = memoryStore({ teams: [aTeam()], tokens });
  const now = service.clock.now;
  const ended = { submitting_at: now - 30_040, queued_at: now - 32_000, finished_at: now - 40 } as const;
  const error = { code: 'build_failed', message: 'no', source: 'builder' } as const;
  await store.builds.create(aBuild('one', { status: 'succeeded', order: 1, ...ended }));
  await store.builds.create(aBuild('two', { status: 'failed', error, order: 2, ...ended }));
  for (const name of ['runs', 'waits', 'waits too'])
    await store.builds.create(aBuild(name, { ref: null, pushed_at: T0 + name.length }));
  await submitBuilds({ ...service.deps, store, holder: 'me' }, 'default');
  const api = anApi({ store }, service);
  const headers = { authorization: `Bearer ${TOKEN}` };
  const answer = await api.request('/v1/builds/queue/stats', { headers });
  expect(answer.status).toBe(200);
  const window = {
    duration_s: { average: 30, p95: expect.closeTo(30, -0.5) },
    wait_s: { average: 2, p95: expect.closeTo(2, 0) },
    succeeded: 1,
    failed: 1,
    cancelled: 0,
    timed_out: 0,
    expired: 0,
    success_rate: 0.5,
    failures_by_cause: { build_failed: 1 },
    failure_rates: { build_failed: 0.5 },
  };
  expect(await answer.json()).toEqual({
    queued: 2,
    running: 1,
    capacity: 1,
    builds: [
      { id: aBuild('waits').id, position: 1, expected_wait_s: 30 },
      { id: aBuild('waits too').id, position: 2, expected_wait_s: 60 },
    ],
    pool: { queued: 2, running: 1 },
    last_hour: window,
    last_day: window,
  });
});
