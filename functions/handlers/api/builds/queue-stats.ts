import { createRoute } from '@hono/zod-openapi';
import type { z } from 'zod';
import { QueueStatsView, type WindowView } from '#core/api/queue.ts';
import type { Times, WindowOfBuilds } from '#core/build-stats.ts';
import { DEFAULT_POOL } from '#use-cases/new-build.ts';
import { queueStats } from '#use-cases/queue-stats.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { json, PROBLEMS } from '../openapi.ts';

const stats = createRoute({
  method: 'get',
  path: '/v1/builds/queue/stats',
  summary: 'How the queue stands, when your builds will start, and how builds went lately',
  ...allowed('builds.queue_stats', 'builds:read'),
  responses: { 200: json(QueueStatsView, 'As of now.'), ...PROBLEMS },
});

export function queueStatsRoute(api: Api, deps: ApiDeps): void {
  api.openapi(stats, async (context) => {
    const found = await queueStats(deps, DEFAULT_POOL, context.get('caller').team);
    const builds = found.builds.map(({ id, position, expectedWaitMs }) => ({
      id,
      position,
      expected_wait_s: seconds(expectedWaitMs),
    }));
    const { queued, running, capacity, pool, lastHour, lastDay } = found;
    const windows = { last_hour: windowView(lastHour), last_day: windowView(lastDay) };
    return context.json({ queued, running, capacity, builds, pool, ...windows }, 200);
  });
}

function windowView(found: WindowOfBuilds): z.infer<typeof WindowView> {
  const { duration, wait, successRate, causes, failureRates, ...counts } = found;
  return {
    duration_s: timesView(duration),
    wait_s: timesView(wait),
    ...counts,
    success_rate: successRate === null ? null : rounded(successRate),
    failures_by_cause: { ...causes },
    failure_rates: Object.fromEntries(
      Object.entries(failureRates).map(([cause, rate]) => [cause, rounded(rate)]),
    ),
  };
}

const rounded = (rate: number): number => Math.round(rate * 10_000) / 10_000;

const timesView = ({ average, p95 }: Times) => ({ average: seconds(average), p95: seconds(p95) });

const seconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 100) / 10);
