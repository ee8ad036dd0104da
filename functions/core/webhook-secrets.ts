import { z } from 'zod';
import { UserError } from './errors.ts';

/** More than a rotation or two under way; each is one HMAC over a body of up to 25 MB. */
const MAX_ACCEPTED = 5;

/** The longest that an old webhook secret stays good beside the new one (s): 7 days; unless said otherwise, 24 h. */
export const MAX_OVERLAP_S = 7 * 24 * 3600;
export const DEFAULT_OVERLAP_S = 24 * 3600;

/**
 * The webhook secrets of a connection, the newest last. Only their numbers are stored: the secrets are derived
 * (`webhookSecret` in ids.ts). Times are ms since the epoch.
 */
export const WebhookSecrets = z
  .array(
    z.object({
      generation: z.int().positive(),
      created_at: z.int(),
      /** Until when it is accepted; null: until it is rotated. */
      accepted_until: z.int().nullable(),
    }),
  )
  .min(1)
  .max(MAX_ACCEPTED);
export type WebhookSecrets = z.infer<typeof WebhookSecrets>;

/** Those of a new connection. */
export function firstWebhookSecrets(at: number): WebhookSecrets {
  return [{ generation: 1, created_at: at, accepted_until: null }];
}

/** Those that a delivery may be signed with at this time. */
export function acceptedAt(secrets: WebhookSecrets, at: number): WebhookSecrets {
  return secrets.filter(({ accepted_until }) => accepted_until === null || accepted_until > at);
}

/**
 * A new generation. All older ones end when the overlap does, or earlier, where an earlier rotation said so:
 * whoever asks twice, because the first answer was lost, loses no delivery by it.
 * Throws UserError('conflict') where too many would be accepted at once.
 */
export function rotated(secrets: WebhookSecrets, at: number, overlapS: number): WebhookSecrets {
  const end = at + overlapS * 1000;
  const generation = Math.max(...secrets.map((secret) => secret.generation)) + 1;
  const older = secrets.map((secret) => ({
    ...secret,
    accepted_until: Math.min(secret.accepted_until ?? end, end),
  }));
  const next = [...acceptedAt(older, at), { generation, created_at: at, accepted_until: null }];
  if (next.length <= MAX_ACCEPTED) return next;
  throw new UserError(
    'conflict',
    `${MAX_ACCEPTED} webhook secrets are accepted already: wait until one has ended, or end them with "overlap_s": 0`,
  );
}
