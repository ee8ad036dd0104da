import { z } from 'zod';
import type { Seen } from './http-gate.ts';

/** A message on its way from Pub/Sub to a function, with what a test tells one from another by. */
export interface Pushed {
  readonly topic: string;
  readonly to: string;
  readonly messageId: string;
  /** The body as JSON; null where it is none. */
  readonly body: unknown;
  /** The build it is about, where it names one. */
  readonly buildId: string | null;
  /** `reported` type of a builder's event, or status of a Cloud Build. */
  readonly what: string | null;
}

const Push = z.object({
  subscription: z.string(),
  message: z.object({ messageId: z.string(), data: z.string().default('') }),
});
const Named = z.object({
  build_id: z.string().optional(),
  report: z.object({ type: z.string() }).optional(),
  status: z.string().optional(),
  tags: z.array(z.string()).optional(),
});

/** Reads a push; subscriptions are named `TOPIC-to-FUNCTION`. */
export function readPush(seen: Seen): Pushed {
  const { subscription, message } = Push.parse(JSON.parse(seen.body.toString('utf8')));
  const name = subscription.slice(subscription.lastIndexOf('/') + 1);
  const [topic = '', to = ''] = name.split('-to-');
  const body = jsonOf(Buffer.from(message.data, 'base64').toString('utf8'));
  const named = Named.safeParse(body).data ?? {};
  const tagged = named.tags?.map((tag) => /^build-(b-[0-9a-f]+)-a/.exec(tag)?.[1]).find((id) => id);
  const buildId = named.build_id ?? tagged ?? null;
  return {
    topic,
    to,
    messageId: message.messageId,
    body,
    buildId,
    what: named.report?.type ?? named.status ?? null,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no JSON is one of the things that a message may be
  }
}
