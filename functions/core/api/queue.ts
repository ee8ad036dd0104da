import { z } from 'zod';

export const TimesView = z
  .object({ average: z.number().nullable(), p95: z.number().nullable() })
  .meta({ id: 'Times', description: 'Seconds; the 95th percentile is right to 5 %. null: there was none' });

const Count = z.int().nonnegative();
export const WindowView = z
  .object({
    duration_s: TimesView.meta({
      description: 'From leaving the queue to the end, of builds that were not cancelled',
    }),
    wait_s: TimesView.meta({ description: 'In the queue' }),
    succeeded: Count,
    failed: Count,
    cancelled: Count,
    timed_out: Count,
    expired: Count,
    success_rate: z.number().min(0).max(1).nullable().meta({
      description: 'Successes among those that were not cancelled; null: there was none',
    }),
    failures_by_cause: z.record(z.string(), Count).meta({
      description: 'How many failed, timed out or expired, by error code (where there is none, by reason)',
      example: { build_failed: 3, timed_out: 1 },
    }),
    failure_rates: z.record(z.string(), z.number().min(0).max(1)).meta({
      description: 'The same as parts of those that were not cancelled: with success_rate they add up to 1',
      example: { build_failed: 0.03, timed_out: 0.01 },
    }),
  })
  .meta({ id: 'BuildWindow' });

export const QueueStatsView = z
  .object({
    queued: Count.meta({ description: 'Your team’s builds in the queue' }),
    running: Count.meta({ description: 'Your team’s builds that hold a slot' }),
    capacity: Count.meta({ description: 'How many builds run at once, of all teams' }),
    builds: z
      .array(
        z.object({
          id: z.string(),
          position: z.int().positive().nullable().meta({
            description: 'Its place among all that wait in the pool, from 1; null: too far away to tell',
          }),
          expected_wait_s: z.number().nonnegative().nullable().meta({
            description: 'How long until it starts; null: not known, as no build ended yet',
          }),
        }),
      )
      .meta({ description: 'Your team’s queued builds in the order in which they start, 100 at most' }),
    pool: z.object({ queued: Count, running: Count }).meta({ description: 'The builds of all teams' }),
    last_hour: WindowView.meta({ description: 'What ended in the last hour, to five minutes' }),
    last_day: WindowView.meta({ description: 'What ended in the last 24 hours, to five minutes' }),
  })
  .meta({ id: 'QueueStats' });
