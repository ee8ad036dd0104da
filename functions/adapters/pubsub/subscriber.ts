import { Hono } from 'hono';
import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import { subscriptionName, TOPICS, type Topic } from '#core/messages.ts';
import type { Bus } from '#core/ports.ts';
import { httpFunction } from '../http/http-function.ts';
import { log } from '../log.ts';

/** A pushed message: cloud.google.com/pubsub/docs/push#receive_push */
const PushedMessage = z.object({
  subscription: z.string(),
  message: z.object({
    messageId: z.string(),
    data: z.string().default(''),
    attributes: z.record(z.string(), z.string()).nullish(),
  }),
});

/** A message as a subscriber sees it: its exact bytes, and its attributes. */
export interface Message {
  readonly id: string;
  readonly body: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a topic's messages look like, and what is done with one. */
export interface Route {
  readonly topic: Topic;
  readonly take: (json: unknown, message: Message) => Promise<unknown>;
}

/** A route with its schema: a message of another shape is a UserError that names the fields. */
export function route<T>(
  topic: Topic,
  schema: z.ZodType<T>,
  handle: (body: T, message: Message) => Promise<unknown>,
): Route {
  return {
    topic,
    take: (json, message) => {
      const parsed = schema.safeParse(json);
      if (parsed.success) return handle(parsed.data, message);
      throw new UserError('invalid_request', z.prettifyError(parsed.error), { cause: parsed.error });
    },
  };
}

/**
 * Registers a function that topics are pushed to. Which topic a message came through is told by its
 * subscription, never by what is in it. What may pass is answered 503: Pub/Sub delivers again, with backoff,
 * and dead-letters at last. What can never work is kept in the dead-letter topic with its reason, and
 * acknowledged, so that it holds up nothing.
 */
export function subscriber(name: string, bus: Bus, routes: readonly Route[]): void {
  const app = new Hono();
  app.post('/', async (context) => {
    const { subscription, message } = PushedMessage.parse(await context.req.json());
    const attributes = message.attributes ?? {};
    const body = Buffer.from(message.data, 'base64');
    try {
      const known = routes.find(({ topic }) =>
        subscription.endsWith(`/${subscriptionName({ topic, to: name })}`),
      );
      if (!known) throw new UserError('not_found', `${name} does not take messages of ${subscription}`);
      await known.take(jsonOf(body), { id: message.messageId, body, attributes });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const fields = { message_id: message.messageId, error };
      log('ERROR', `${name}: message ${message.messageId} can never work`, fields);
      const kept = { version: 1, function: name, message_id: message.messageId, reason: error.message };
      await bus.publish(TOPICS.deadLetters, { ...kept, data: message.data, attributes });
    }
    return context.body(null, 204);
  });
  app.onError((error, context) => {
    log(error instanceof TransientError ? 'WARNING' : 'ERROR', `${name}: a message comes again`, { error });
    return context.body(null, error instanceof TransientError ? 503 : 500);
  });
  httpFunction(name, app);
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new UserError('invalid_request', 'the body is not JSON', { cause });
  }
}
