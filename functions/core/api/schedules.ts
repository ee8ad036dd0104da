import { z } from 'zod';
import { CacheMode } from '#core/build-config.ts';
import { Time } from './common.ts';

/** What is built at set times. */
export const ScheduleView = z
  .object({
    cron: z.string().meta({ example: '30 2 * * MON-FRI' }),
    timezone: z.string().meta({ example: 'Europe/Berlin' }),
    branch: z.string(),
    cache: CacheMode,
    from: z.enum(['file', 'rules']).meta({
      description: 'file: the bitflow.toml of the default branch; rules: those kept with the repository',
    }),
    next_at: Time.meta({ description: 'when it is next due; in the past: since when a build is owed' }),
    last: z
      .object({
        due_at: Time,
        decided_at: Time,
        build_ids: z.array(z.string()),
        reason: z.string().nullable().meta({ description: 'why there are no builds, or not all' }),
      })
      .nullable()
      .meta({ description: 'what became of its last time; null: there was none yet' }),
  })
  .meta({ id: 'Schedule' });

export const ScheduleList = z.object({ schedules: z.array(ScheduleView) }).meta({ id: 'ScheduleList' });
