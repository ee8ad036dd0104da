import type { Topic } from '#core/messages.ts';
import type { Bus } from '#core/ports.ts';
import { Faults } from './faults.ts';

/** A message as it was published: the body went through JSON, as on a real bus. */
export interface Message {
  readonly topic: Topic;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A bus that remembers what was published, and hands it to whoever subscribed. */
export interface MemoryBus extends Bus {
  readonly published: Message[];
  readonly faults: Faults<'publish'>;
  /** Calls `receive` with every later message of a topic, before `publish` resolves. */
  subscribe(topic: Topic, receive: (message: Message) => void | Promise<void>): void;
}

export function memoryBus(): MemoryBus {
  const published: Message[] = [];
  const faults = new Faults<'publish'>();
  const subscribers: { topic: Topic; receive: (message: Message) => void | Promise<void> }[] = [];
  return {
    published,
    faults,
    subscribe: (topic, receive) => {
      subscribers.push({ topic, receive });
    },
    publish: (topic, body, attributes = {}) =>
      faults.run('publish', async () => {
        const message = { topic, body: JSON.parse(JSON.stringify(body)), attributes: { ...attributes } };
        published.push(message);
        for (const subscriber of subscribers)
          if (subscriber.topic === topic) await subscriber.receive(message);
      }),
  };
}
