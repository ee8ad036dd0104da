import { z } from 'zod';
import { hasWebhook, Repository, secretNames } from './repository.ts';

/**
 * What is left to do after a repository was disconnected: written in the step that removes it, so that a death
 * leaves a note and not a trace. Kept until nobody can be under way any more who saw the repository.
 */
export const Disconnection = z.object({
  version: z.literal(1),
  connection_id: z.string(),
  repository_id: z.string(),
  team: z.string(),
  ...Repository.pick({ platform: true, full_name: true, clone_url: true, credential: true }).shape,
  /** The webhook that we made at the host; its id is null where whoever made it did not get to note it. Null: none. */
  webhook: z.object({ hook_id: z.string().nullable() }).nullable(),
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

/** How long a host that is away is asked again to take a webhook away; then that is given up. */
export const HOST_PATIENCE_MS = 24 * 3600_000;

/** The note that a disconnected repository leaves. */
export function disconnectionOf(repository: Repository, at: number): Disconnection {
  const { connection_id, id, team, platform, full_name, clone_url, credential, webhook } = repository;
  return {
    version: 1,
    connection_id,
    repository_id: id,
    team,
    platform,
    full_name,
    clone_url,
    credential,
    webhook: hasWebhook(webhook) ? { hook_id: webhook.hook_id } : null,
    secret_names: secretNames(repository),
    disconnected_at: at,
    due_at: at,
  };
}
