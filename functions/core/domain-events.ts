import { z } from 'zod';
import { BuilderType, BuildStatus } from './build.ts';
import { Platform } from './repository.ts';

const Id = z.string().max(64);
const Name = z.string().max(200);
const Count = z.int().nonnegative();
const Ms = Count.nullable();

/** Whose fault it is that a build was no success: the repository's, something's that it asks for, or ours. */
export const Blame = z.enum(['user', 'outside', 'service']);
export type Blame = z.infer<typeof Blame>;

/** How much of a build was found done: all of its steps, some, none; nobody said; or it was not to look. */
export const CacheUse = z.enum(['hit', 'partial', 'miss', 'unknown', 'off']);
export type CacheUse = z.infer<typeof CacheUse>;

/** What each event about a build says. */
const OfBuild = { build_id: Id, team: Id, repository: Name };

/**
 * What happened, as programs read it from the log: metrics, alerts and dashboards count these lines, so a field that
 * is here keeps its name and meaning. Nothing in them is secret or longer than it may be; what people wrote (refs,
 * messages, reasons) stays in the documents. docs/operate.md has them as a table.
 */
export const DomainEvent = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('delivery_received'),
    delivery_id: Id,
    platform: Platform,
    /** What kind of thing the host said: `HostEvent.kind`. */
    kind: Name,
    /** Whether the same delivery was there already. */
    repeated: z.boolean(),
  }),
  z.object({
    event: z.literal('delivery_decided'),
    delivery_id: Id,
    verdict: z.enum(['accepted', 'ignored']),
    build_ids: z.array(Id).max(100),
    team: Id.nullable(),
  }),
  z.object({
    event: z.literal('build_created'),
    ...OfBuild,
    origin: z.enum(['delivery', 'api', 'schedule']),
    delivery_id: Id.nullable(),
    trusted: z.boolean(),
    status: BuildStatus,
  }),
  z.object({ event: z.literal('build_approved'), ...OfBuild }),
  /** It got a slot of the pool. `wait_ms`: since it was queued. */
  z.object({ event: z.literal('build_claimed'), ...OfBuild, attempt: Count, wait_ms: Ms }),
  z.object({
    event: z.literal('build_submitted'),
    ...OfBuild,
    attempt: Count,
    cloud_build_id: z.string().max(128).nullable(),
  }),
  /** Its builder redeemed the token. `start_ms`: since it got the slot. */
  z.object({ event: z.literal('build_started'), ...OfBuild, attempt: Count, start_ms: Ms }),
  /** It waits again, after a fault of the platform. */
  z.object({ event: z.literal('build_requeued'), ...OfBuild, attempt: Count }),
  /** Its image is in staging, and is released. */
  z.object({ event: z.literal('build_promoting'), ...OfBuild, attempt: Count }),
  z.object({ event: z.literal('build_cancelling'), ...OfBuild, attempt: Count }),
  z.object({
    event: z.literal('build_ended'),
    ...OfBuild,
    attempt: Count,
    status: BuildStatus.extract(['succeeded', 'failed', 'cancelled', 'timed_out', 'expired']),
    /** The code of its error, else its reason; null: it succeeded. */
    cause: Name.nullable(),
    /** Null: nobody's, it succeeded or somebody ended it. */
    fault: Blame.nullable(),
    /** From the queue to the slot; null: it never had one. */
    wait_ms: Ms,
    /** From the slot to its end; null: it had none, or somebody ended it. */
    duration_ms: Ms,
    cache: CacheUse,
    builder_type: BuilderType.nullable(),
  }),
  /** A build that had ended got a clearer cause: the builder's, in place of Cloud Build's. */
  z.object({ event: z.literal('build_explained'), ...OfBuild, cause: Name, earlier_cause: Name }),
  z.object({
    event: z.literal('report_settled'),
    build_id: Id,
    team: Id,
    /** `ReportNews.kind`, but `known`. */
    outcome: z.enum(['told', 'refused', 'away', 'not_told']),
  }),
  z.object({
    event: z.literal('dead_letter_kept'),
    letter_id: Id,
    message_id: Id,
    /** Where the message came from: the topic and the function that gave it up; null: that is not known. */
    topic: Name.nullable(),
    function: Name.nullable(),
    build_id: Id.nullable(),
    team: Id.nullable(),
  }),
  /** The queue of a pool, once a sweep. `oldest_queued_s`: 0 where nothing waits. */
  z.object({
    event: z.literal('queue'),
    pool: Id,
    queued: Count,
    running: Count,
    oldest_queued_s: Count,
  }),
  z.object({
    event: z.literal('sweep_done'),
    /** How many things it repaired, and how many it could not. */
    repaired: Count,
    failures: Count,
    duration_ms: Count,
  }),
]);
export type DomainEvent = z.infer<typeof DomainEvent>;
export type DomainEventOf<E extends DomainEvent['event']> = Extract<DomainEvent, { event: E }>;

/** How an event stands in the log: at which severity, and in words. */
export function lineOf(event: DomainEvent): {
  readonly severity: 'INFO' | 'WARNING' | 'ERROR';
  readonly message: string;
} {
  const info = (message: string) => ({ severity: 'INFO', message }) as const;
  const warning = (message: string) => ({ severity: 'WARNING', message }) as const;
  switch (event.event) {
    case 'delivery_received':
      return info(`delivery ${event.delivery_id} ${event.repeated ? 'came again' : 'was received'}`);
    case 'delivery_decided':
      return info(`delivery ${event.delivery_id} is ${event.verdict}: ${event.build_ids.length} builds`);
    case 'build_ended': {
      const line = `build ${event.build_id} ${event.status}${event.cause === null ? '' : `: ${event.cause}`}`;
      return event.fault === 'service' ? warning(line) : info(line);
    }
    case 'report_settled': {
      const line = `the report of build ${event.build_id}: ${event.outcome}`;
      return event.outcome === 'told' ? info(line) : warning(line);
    }
    case 'dead_letter_kept':
      return {
        severity: 'ERROR',
        message: `message ${event.message_id} of ${event.topic} is a dead letter: ${event.letter_id}`,
      };
    case 'queue':
      return info(
        `${event.queued} builds wait, ${event.running} run; the oldest for ${event.oldest_queued_s} s`,
      );
    case 'sweep_done': {
      const line = `sweep repaired ${event.repaired}, failed at ${event.failures}`;
      return event.failures > 0 ? warning(line) : info(line);
    }
    default:
      return info(`build ${event.build_id}: ${event.event}`);
  }
}
