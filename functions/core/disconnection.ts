import { z } from 'zod';
import type { Repository } from './repository.ts';
import { secretNames } from './repository.ts';

/**
 * What is left to do after a repository was disconnected: written in the step that removes it, so that a death
 * leaves a note and not a trace. Kept until nobody can be under way any more who saw the repository.
 */
export const Disconnection = z.object({
  version: z.literal(1),
  connection_id: z.string(),
  repository_id: z.string(),
  team: z.string(),
  /** The build secrets whose values are to be removed. */
  secret_names: z.array(z.string()),
  disconnected_at: z.int(),
  /** When it is next to be looked after (ms since the epoch). */
  due_at: z.int(),
});
export type Disconnection = z.infer<typeof Disconnection>;

/**
 * For how long somebody may still act on a repository that they read before it was disconnected: longer than any
 * function may run. What they leave behind (a build, a secret's value) is removed by a last look after it.
 */
export const LAST_LOOK_MS = 15 * 60_000;

/** The note that a disconnected repository leaves. */
export function disconnectionOf(repository: Repository, at: number): Disconnection {
  return {
    version: 1,
    connection_id: repository.connection_id,
    repository_id: repository.id,
    team: repository.team,
    secret_names: secretNames(repository),
    disconnected_at: at,
    due_at: at,
  };
}
