import { Hono } from 'hono';
import { z } from 'zod';
import { givenUp, type ReceivedMessage } from '#core/dead-letter.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { subscriptionName, TOPICS, type Topic } from '#core/messages.ts';
import type { Bus } from '#core/ports.ts';
import { httpFunction } from '../http/http-function.ts';
import { log } from '../log.ts';
import { about, type Subject } from '../telemetry/log-context.ts';

/**
 * A pushed message: cloud.google.com/pubsub/docs/push#receive_push. `deliveryAttempt` is there where the
 * subscription has a dead-letter policy, and approximate; the emulator leaves it out.
 */
const PushedMessage = z.object({
  subscription: z.string(),
  deliveryAttempt: z.int().positive().nullish(),
  message: z.object({
    messageId: z.string(),
    data: z.string().default(''),
    attributes: z.record(z.string(), z.string()).nullish(),
  }),
});

/** A topic, and what is done with a message of it. */
export interface Route {
  readonly topic: Topic;
  readonly take: (message: ReceivedMessage) => Promise<unknown>;
}

/** A route with its schema: a message that is no JSON or of another shape is a UserError that says so. */
export function route<T>(
  topic: Topic,
  schema: z.ZodType<T>,
  handle: (body: T, message: ReceivedMessage) => Promise<unknown>,
): Route {
  return {
    topic,
    take: async (message) => {
      const parsed = schema.safeParse(jsonOf(message.body));
      if (parsed.success) {
        about(named(parsed.data));
        return handle(parsed.data, message);
      }
      throw new UserError('invalid_request', z.prettifyError(parsed.error), { cause: parsed.error });
    },
  };
}

/** Which build or delivery a message names. */
const Naming = z.object({ build_id: z.string().optional(), delivery_id: z.string().optional() });

function named(body: unknown): Subject {
  return Naming.safeParse(body).data ?? {};
}

/** How a subscriber gives a message up. */
export interface GivingUp {
  readonly bus: Bus;
  /** The delivery that is the last one (`MAX_DELIVERY_ATTEMPTS`, unless configured otherwise). */
  readonly maxAttempts: number;
}

/** Registers a function that topics are pushed to. */
export function subscriber(name: string, givingUp: GivingUp | null, routes: readonly Route[]): void {
  httpFunction(name, subscriberApp(name, givingUp, routes));
}

/**
 * The app of a function that topics are pushed to. Which topic a message came through is told by its
 * subscription, never by what is in it. What may pass is answered 503, a bug 500: Pub/Sub delivers again, with
 * backoff. What can never work, and what still fails at its last delivery, is published to the dead letters with
 * its reason and acknowledged, so that it holds up nothing (docs/decisions/0010).
 * @param givingUp null for the function that keeps the dead letters: it tries until it has kept them.
 */
export function subscriberApp(name: string, givingUp: GivingUp | null, routes: readonly Route[]): Hono {
  const app = new Hono();
  app.post('/', async (context) => {
    const { subscription, deliveryAttempt, message } = PushedMessage.parse(await context.req.json());
    const body = Buffer.from(message.data, 'base64');
    const received = { id: message.messageId, body, attributes: message.attributes ?? {} };
    const attempt = deliveryAttempt ?? null;
    about({ message_id: received.id });
    try {
      const known = routes.find(({ topic }) =>
        subscription.endsWith(`/${subscriptionName({ topic, to: name })}`),
      );
      if (!known) throw new UserError('not_found', `${name} does not take messages of ${subscription}`);
      await known.take(received);
    } catch (error) {
      const fields = { subscription, attempt, error };
      const last = givingUp !== null && attempt !== null && attempt >= givingUp.maxAttempts;
      if (givingUp === null || !(error instanceof UserError || last)) {
        const passing = error instanceof TransientError;
        log(passing ? 'WARNING' : 'ERROR', `${name}: message ${received.id} comes again`, fields);
        return context.body(null, passing ? 503 : 500);
      }
      log('ERROR', `${name}: message ${received.id} is given up`, fields);
      const reason = reasonOf(error, `${name} has it in its log under message ${received.id}`);
      const letter = givenUp(received, { subscription, function: name, reason, attempt });
      await givingUp.bus.publish(TOPICS.deadLetters, letter);
    }
    return context.body(null, 204);
  });
  app.onError((error, context) => {
    log('ERROR', `${name}: a message could be neither handled nor given up; it comes again`, { error });
    return context.body(null, error instanceof TransientError ? 503 : 500);
  });
  return app;
}

/** A reason that people may read: the inside of a bug stays in the log. */
function reasonOf(error: unknown, where: string): string {
  const known = error instanceof UserError || error instanceof TransientError;
  return known ? error.message : `a fault of the service: ${where}`;
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (cause) {
    throw new UserError('invalid_request', 'the body is not JSON', { cause });
  }
}
