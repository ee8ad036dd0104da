import { z } from 'zod';
import { Time } from './common.ts';

export const DeadLetterView = z
  .object({
    id: z.string(),
    topic: z.string().nullable(),
    function: z.string().nullable(),
    reason: z.string(),
    attempts: z.int().nullable(),
    build_id: z.string().nullable(),
    size_bytes: z.int(),
    replayable: z.boolean(),
    kept_at: Time,
    replayed_at: Time.nullable(),
    replays: z.int(),
  })
  .meta({ id: 'DeadLetter' });

export const DeadLetterList = z.object({
  dead_letters: z.array(DeadLetterView),
  next_cursor: z.string().nullable(),
});
