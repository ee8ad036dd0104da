import type { z } from '@hono/zod-openapi';
import { iso, isoOrNull } from '#core/api/common.ts';
import type { DeadLetterView } from '#core/api/dead-letters.ts';
import { type DeadLetter, isReplayable } from '#core/dead-letter.ts';

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
