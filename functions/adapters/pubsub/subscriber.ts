import { type CloudEventFunction, cloudEvent } from '@google-cloud/functions-framework';
import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import { TOPICS } from '#core/messages.ts';
import type { Bus } from '#core/ports.ts';
import { log } from '../log.ts';

/** A pushed message as the framework hands it on: cloud.google.com/pubsub/docs/push#receive_push */
const PushedMessage = z.object({
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

export interface Subscriber<T> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly bus: Bus;
  readonly handle: (body: T, message: Message) => Promise<unknown>;
}

/**
 * Registers an event function. What may pass is thrown: Pub/Sub delivers again, with backoff, and dead-letters
 * at last. What can never work is kept in the dead-letter topic with its reason, and acknowledged, so that it
 * holds up nothing.
 */
export function subscriber<T>(options: Subscriber<T>): void {
  const handle: CloudEventFunction = async (event) => {
    const { message } = PushedMessage.parse(event.data);
    const attributes = message.attributes ?? {};
    const body = Buffer.from(message.data, 'base64');
    try {
      const parsed = options.schema.safeParse(jsonOf(body));
      if (!parsed.success)
        throw new UserError('invalid_request', z.prettifyError(parsed.error), { cause: parsed.error });
      await options.handle(parsed.data, { id: message.messageId, body, attributes });
    } catch (error) {
      if (!(error instanceof UserError)) {
        const severity = error instanceof TransientError ? 'WARNING' : 'ERROR';
        log(severity, `${options.name}: message ${message.messageId} comes again`, {
          message_id: message.messageId,
          error,
        });
        throw error;
      }
      log('ERROR', `${options.name}: message ${message.messageId} can never work`, {
        message_id: message.messageId,
        error,
      });
      const kept = {
        version: 1,
        function: options.name,
        message_id: message.messageId,
        reason: error.message,
      };
      await options.bus.publish(TOPICS.deadLetters, { ...kept, data: message.data, attributes });
    }
  };
  cloudEvent(options.name, handle);
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new UserError('invalid_request', 'the body is not JSON', { cause });
  }
}
