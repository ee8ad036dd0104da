import type { z } from '@hono/zod-openapi';
import { type DeadLetter, isReplayable } from '#core/dead-letter.ts';
import { iso, isoOrNull } from '../schemas.ts';
import type { DeadLetterView } from './schemas.ts';

/** A dead letter as callers see it: without its content, which may be a build's log or hold its token. */
export function deadLetterView(letter: DeadLetter): z.infer<typeof DeadLetterView> {
  return {
    id: letter.id,
    topic: letter.topic,
    function: letter.function,
    reason: letter.reason,
    attempts: letter.attempts,
    build_id: letter.build_id,
    size_bytes: letter.size_bytes,
    replayable: isReplayable(letter),
    kept_at: iso(letter.kept_at),
    replayed_at: isoOrNull(letter.replayed_at),
    replays: letter.replays,
  };
}
