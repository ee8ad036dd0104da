import { z } from 'zod';
import { parseAttemptTag } from './ids.ts';
import { sourceOf, TOPICS, type Topic } from './messages.ts';

/**
 * The most bytes of a message that are kept. A document may have 1 MiB (cloud.google.com/firestore/quotas): in
 * base64 these are 854 KiB, and 100 attributes at their largest (256 + 1,024 bytes) are 125 KiB.
 */
export const MAX_KEPT_BYTES = 640 * 1024;
const MAX_REASON = 2000;

const Attributes = z.record(z.string(), z.string());

/** A message as a subscriber sees it: its id, its exact bytes and its attributes. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The body of a message on `dead-letters` by which a subscriber gives up a message of its own. */
const GivenUp = z.object({
  version: z.literal(1),
  /** The subscription that it came through, as the push named it: the topic follows from it. */
  subscription: z.string(),
  function: z.string().max(64),
  message_id: z.string().max(64),
  reason: z.string().max(MAX_REASON),
  /** Which delivery of the message this was; null where Pub/Sub did not say. */
  attempt: z.int().positive().nullable(),
  /** Null where it is too large to be kept. */
  data: z.base64().nullable(),
  size_bytes: z.int().nonnegative(),
  attributes: Attributes,
});
type GivenUp = z.infer<typeof GivenUp>;

/** A message that its subscriber gave up, as it is kept. Times are ms since the epoch. */
export const DeadLetter = z.object({
  version: z.literal(1),
  id: z.string(),
  /** Where it is replayed to; null where that is not known. */
  topic: z.enum(TOPICS).nullable(),
  function: z.string().nullable(),
  message_id: z.string(),
  reason: z.string(),
  /** The message's exact bytes, base64; null where they were too large to be kept. */
  data: z.base64().nullable(),
  size_bytes: z.int().nonnegative(),
  attributes: Attributes,
  /** How often it was delivered; null where nobody said. */
  attempts: z.int().positive().nullable(),
  /** The team that the build or delivery it names belongs to; null where it names none that is known. */
  team: z.string().nullable(),
  build_id: z.string().nullable(),
  kept_at: z.int(),
  /** When it was last replayed. */
  replayed_at: z.int().nullable(),
  replays: z.int().nonnegative(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

/** A letter of which all is known that publishing it again takes. */
export type Replayable = DeadLetter & { readonly topic: Topic; readonly data: string };

/** Whether a letter can be published again as it was. */
export function isReplayable(letter: DeadLetter): letter is Replayable {
  return letter.topic !== null && letter.data !== null;
}

/** What a subscriber publishes of a message that it gives up. */
export function givenUp(
  message: ReceivedMessage,
  about: Pick<GivenUp, 'subscription' | 'function' | 'reason' | 'attempt'>,
): GivenUp {
  return {
    version: 1,
    ...about,
    reason: about.reason.slice(0, MAX_REASON),
    message_id: message.id,
    ...contentOf(message.body),
    attributes: { ...message.attributes },
  };
}

/** What a message on `dead-letters` says of the one that was given up; `source` and `message_id` identify that. */
export type LetterFacts = Omit<
  DeadLetter,
  'version' | 'id' | 'team' | 'build_id' | 'kept_at' | 'replayed_at' | 'replays'
> & { readonly source: string };

const SOURCE = 'CloudPubSubDeadLetterSource';

/**
 * Reads a message of `dead-letters`: one that a subscriber gave up, one that Pub/Sub forwarded by itself, or
 * any other, of unknown source. It never fails: whatever lies there is to be kept.
 *
 * Pub/Sub marks what it forwards with attributes that no publisher can keep it from setting. They decide, before
 * the body is looked at: else a builder could have its own message forwarded that reads like a letter, and choose
 * the topic that it is replayed to.
 */
export function readLetter(message: ReceivedMessage): LetterFacts {
  const forwarder = message.attributes[`${SOURCE}Subscription`];
  if (forwarder !== undefined) return readForwarded(message, forwarder);
  const own = GivenUp.safeParse(jsonOf(message.body));
  return own.success ? readGivenUp(own.data) : readUnknown(message);
}

function readGivenUp({ version: _, subscription, attempt, ...kept }: GivenUp): LetterFacts {
  return {
    ...kept,
    source: shortName(subscription),
    topic: sourceOf(subscription)?.topic ?? null,
    attempts: attempt,
    reason: kept.data === null ? tooLarge(kept.reason, kept.size_bytes) : kept.reason,
  };
}

/** What Pub/Sub adds: cloud.google.com/pubsub/docs/handling-failures. The message's own id is not in it. */
function readForwarded(message: ReceivedMessage, forwarder: string): LetterFacts {
  const source = sourceOf(forwarder);
  const count = Number(message.attributes[`${SOURCE}DeliveryCount`]);
  const attempts = Number.isInteger(count) && count > 0 ? count : null;
  const own = Object.entries(message.attributes).filter(([name]) => !name.startsWith(SOURCE));
  const times = attempts === null ? '' : ` in ${attempts} attempts`;
  const where = source === null ? '' : `; the log of ${source.to} may say why`;
  const content = contentOf(message.body);
  const reason = `nobody acknowledged it${times}${where}`;
  return {
    source: `forwarded by ${shortName(forwarder)}`,
    topic: source?.topic ?? null,
    function: source?.to ?? null,
    message_id: message.id,
    reason: content.data === null ? tooLarge(reason, content.size_bytes) : reason,
    ...content,
    attributes: Object.fromEntries(own),
    attempts,
  };
}

function readUnknown(message: ReceivedMessage): LetterFacts {
  const content = contentOf(message.body);
  const reason = 'it says neither who gave it up nor why';
  return {
    source: 'unknown',
    topic: null,
    function: null,
    message_id: message.id,
    reason: content.data === null ? tooLarge(reason, content.size_bytes) : reason,
    ...content,
    attributes: { ...message.attributes },
    attempts: null,
  };
}

/** Which build and delivery the body of a letter names; their ids have been checked for shape only. */
export function subjectOf(letter: Pick<LetterFacts, 'data'>): {
  buildId: string | null;
  deliveryId: string | null;
} {
  const body = letter.data === null ? null : jsonOf(Buffer.from(letter.data, 'base64'));
  const named = z.object({ build_id: z.string().regex(/^b-[0-9a-f]{24}$/) }).safeParse(body);
  const delivery = z.object({ delivery_id: z.string().regex(/^d-[0-9a-f]{24}$/) }).safeParse(body);
  const resource = z.object({ tags: z.array(z.string()) }).safeParse(body);
  const tagged = resource.data?.tags.map(parseAttemptTag).find((tag) => tag !== null);
  return {
    buildId: named.data?.build_id ?? tagged?.buildId ?? null,
    deliveryId: delivery.data?.delivery_id ?? null,
  };
}

function contentOf(body: Uint8Array): Pick<DeadLetter, 'data' | 'size_bytes'> {
  const kept = body.byteLength <= MAX_KEPT_BYTES;
  return { data: kept ? Buffer.from(body).toString('base64') : null, size_bytes: body.byteLength };
}

function tooLarge(reason: string, bytes: number): string {
  return `${reason} (its ${bytes} bytes are too many to be kept: it cannot be replayed)`;
}

/** A subscription's name without its project: pushes give the whole of it, what Pub/Sub forwards only this. */
function shortName(subscription: string): string {
  return subscription.slice(subscription.lastIndexOf('/') + 1);
}

/** The body as JSON; null where it is none, which is a letter like any other. */
function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}
