import type { Topic } from '#core/messages.ts';
import type { ReplayBus } from '#core/ports.ts';
import { Faults } from './faults.ts';

/** A message as it was published: its exact bytes, and its body as JSON, undefined where it is none. */
export interface Message {
  readonly topic: Topic;
  readonly body: unknown;
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A bus that remembers what was published, and hands it to whoever subscribed. */
export interface MemoryBus extends ReplayBus {
  readonly published: Message[];
  readonly faults: Faults<'publish'>;
  /** Calls `receive` with every later message of a topic, before `publish` resolves. */
  subscribe(topic: Topic, receive: (message: Message) => void | Promise<void>): void;
}

export function memoryBus(): MemoryBus {
  const published: Message[] = [];
  const faults = new Faults<'publish'>();
  const subscribers: { topic: Topic; receive: (message: Message) => void | Promise<void> }[] = [];
  const send = (topic: Topic, data: Buffer, attributes: Readonly<Record<string, string>>) =>
    faults.run('publish', async () => {
      const message = { topic, body: jsonOf(data), data, attributes: { ...attributes } };
      published.push(message);
      for (const subscriber of subscribers) if (subscriber.topic === topic) await subscriber.receive(message);
    });
  return {
    published,
    faults,
    subscribe: (topic, receive) => {
      subscribers.push({ topic, receive });
    },
    publish: (topic, body, attributes = {}) => send(topic, Buffer.from(JSON.stringify(body)), attributes),
    publishBytes: (topic, data, attributes) => send(topic, Buffer.from(data), attributes),
  };
}

function jsonOf(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined; // a poisoned message is published as any other
  }
}
