import { afterEach, expect, it, vi } from 'vitest';
import type { DomainEvent } from '#core/domain-events.ts';
import { sweepApp } from '#handlers/sweep/app.ts';
import { aBuild, T0 } from '#test/support/memory/examples.ts';
import { aService } from '../use-cases/harness.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** One sweep of a service. @returns what it answered and told, and what it logged beside that. */
async function sweepOf(service: ReturnType<typeof aService>) {
  const told: DomainEvent[] = [];
  const logged: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => logged.push(String(text)) > 0);
  const app = sweepApp(service.deps, (event) => void told.push(event));
  const { status } = await app.request('/', { method: 'POST' });
  return { status, told, logged };
}

it('says that it ran, and that nothing waits, in an empty service', async () => {
  expect(await sweepOf(aService())).toEqual({
    status: 200,
    told: [
      { event: 'sweep_done', repaired: 0, failures: 0, duration_ms: 0 },
      { event: 'queue', pool: 'default', queued: 0, running: 0, oldest_queued_s: 0 },
    ],
    logged: [],
  });
});

it('says how many wait and run, and for how long the first', async () => {
  const service = aService();
  const { now } = service.clock;
  const young = { updated_at: now, order: 1 };
  await service.store.builds.create(aBuild('a', { ...young, queued_at: now - 90_500 }));
  await service.store.builds.create(aBuild('b', { ...young, queued_at: now - 1000, pushed_at: T0 - 1 }));
  await service.store.builds.create(aBuild('c', { ...young, status: 'submitted', attempt: 1 }));
  const { told } = await sweepOf(service);
  expect(told.at(-1)).toEqual({
    event: 'queue',
    pool: 'default',
    queued: 2,
    running: 1,
    oldest_queued_s: 90,
  });
});

it('tells what it could not repair, as far as that fits a line', async () => {
  const service = aService();
  vi.spyOn(service.store.builds, 'stale').mockRejectedValue(new Error('x'.repeat(100_000)));
  const { told, logged } = await sweepOf(service);
  expect(told[0]).toMatchObject({ event: 'sweep_done', repaired: 0, failures: 3 });
  expect(logged).toHaveLength(1);
  expect(logged[0]?.length).toBeLessThan(10_000);
});
