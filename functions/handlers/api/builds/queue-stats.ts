import { createRoute, z } from '@hono/zod-openapi';
import type { Times, WindowOfBuilds } from '#core/build-stats.ts';
import { DEFAULT_POOL } from '#use-cases/new-build.ts';
import { queueStats } from '#use-cases/queue-stats.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { json, PROBLEMS } from '../openapi.ts';

const TimesView = z
  .object({ average: z.number().nullable(), p95: z.number().nullable() })
  .openapi('Times', { description: 'Seconds; the 95th percentile is right to 5 %. null: there was none' });

const Count = z.int().nonnegative();
const WindowView = z
  .object({
    duration_s: TimesView.openapi({
      description: 'From leaving the queue to the end, of builds that were not cancelled',
    }),
    wait_s: TimesView.openapi({ description: 'In the queue' }),
    succeeded: Count,
    failed: Count,
    cancelled: Count,
    timed_out: Count,
    expired: Count,
    success_rate: z.number().min(0).max(1).nullable().openapi({
      description: 'Successes among those that were not cancelled; null: there was none',
    }),
    failures_by_cause: z.record(z.string(), Count).openapi({
      description: 'How many failed, timed out or expired, by error code (where there is none, by reason)',
      example: { build_failed: 3, timed_out: 1 },
    }),
    failure_rates: z.record(z.string(), z.number().min(0).max(1)).openapi({
      description: 'The same as parts of those that were not cancelled: with success_rate they add up to 1',
      example: { build_failed: 0.03, timed_out: 0.01 },
    }),
  })
  .openapi('BuildWindow');

const QueueStatsView = z
  .object({
    queued: Count.openapi({ description: 'Your team’s builds in the queue' }),
    running: Count.openapi({ description: 'Your team’s builds that hold a slot' }),
    capacity: Count.openapi({ description: 'How many builds run at once, of all teams' }),
    builds: z
      .array(
        z.object({
          id: z.string(),
          position: z.int().positive().nullable().openapi({
            description: 'Its place among all that wait in the pool, from 1; null: too far away to tell',
          }),
          expected_wait_s: z.number().nonnegative().nullable().openapi({
            description: 'How long until it starts; null: not known, as no build ended yet',
          }),
        }),
      )
      .openapi({ description: 'Your team’s queued builds in the order in which they start, 100 at most' }),
    pool: z.object({ queued: Count, running: Count }).openapi({ description: 'The builds of all teams' }),
    last_hour: WindowView.openapi({ description: 'What ended in the last hour, to five minutes' }),
    last_day: WindowView.openapi({ description: 'What ended in the last 24 hours, to five minutes' }),
  })
  .openapi('QueueStats');

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
