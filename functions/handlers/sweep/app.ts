import { Hono } from 'hono';
import { answerProblems } from '#adapters/http/problem.ts';
import { log } from '#adapters/log.ts';
import type { DomainEvent } from '#core/domain-events.ts';
import { DEFAULT_POOL } from '#use-cases/new-build.ts';
import { type SweepDeps, sweep } from '#use-cases/sweep.ts';

/** What of a sweep's failures stands in the log; all of them are counted. */
const [MOST_TOLD, MOST_OF_ONE] = [20, 1000];

/** `POST /` sweeps once → 200 SweepReport. Then it says how it went, and how the queue stands. */
export function sweepApp(deps: SweepDeps, tell: (event: DomainEvent) => void): Hono {
  const app = new Hono();
  answerProblems(app);
  app.post('/', async (context) => {
    const began = deps.now();
    const report = await sweep(deps);
    const failures = report.failures.length;
    const repaired = Object.values(report.repaired).reduce((sum, count) => sum + count, 0);
    if (repaired + failures > 0) {
      const told = report.failures
        .slice(0, MOST_TOLD)
        .map(({ what, why }) => ({ what, why: why.slice(0, MOST_OF_ONE) }));
      log(failures > 0 ? 'ERROR' : 'WARNING', 'sweep found work', {
        repaired: report.repaired,
        failures: told,
      });
    }
    tell({ event: 'sweep_done', repaired, failures, duration_ms: Math.max(0, deps.now() - began) });
    const { queued, running, oldestQueuedAt } = await deps.store.queue.depth(DEFAULT_POOL);
    const age = oldestQueuedAt === null ? 0 : Math.max(0, deps.now() - oldestQueuedAt);
    const oldest_queued_s = Math.floor(age / 1000);
    tell({ event: 'queue', pool: DEFAULT_POOL, queued, running, oldest_queued_s });
    return context.json(report);
  });
  return app;
}
