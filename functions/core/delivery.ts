import { z } from 'zod';
import { Platform } from './repository.ts';

/** What a git host said, in our words: no field name of a host gets past its folder. */
export const HostEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('push'),
    repository: z.string(),
    ref: z.string(),
    /** Null where the ref did not exist before. */
    before_sha: z.string().nullable(),
    /** Null where the push deleted the ref. */
    commit_sha: z.string().nullable(),
    /** When the host took the push in (ms since the epoch, the host's clock); null where it does not say. */
    pushed_at: z.int().nullable(),
  }),
  z.object({ kind: z.literal('ping') }),
  z.object({ kind: z.literal('other'), name: z.string() }),
]);
export type HostEvent = z.infer<typeof HostEvent>;
export type PushEvent = Extract<HostEvent, { kind: 'push' }>;

/** A delivery: `received` until intake decided; then what it made of it, and why. */
export const Delivery = z.object({
  version: z.literal(1),
  id: z.string(),
  platform: Platform,
  event: HostEvent,
  received_at: z.int(),
  verdict: z.enum(['received', 'accepted', 'ignored']),
  reason: z.string().nullable(),
  build_ids: z.array(z.string()),
  /** The team that had the repository connected when it was decided; null: none, or it concerns no repository. */
  team: z.string().nullable(),
  decided_at: z.int().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

/** Deliveries and log chunks are kept this long, by a TTL policy of the store. */
export const RETENTION_MS = 30 * 24 * 3600 * 1000;
