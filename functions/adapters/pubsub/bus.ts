import type { PubSub, Topic as PubSubTopic } from '@google-cloud/pubsub';
import { TransientError } from '#core/errors.ts';
import type { Bus } from '#core/ports.ts';

/** Publishes at once: every message here wakes someone who waits, and none is worth batching for. */
export function pubsubBus(pubsub: PubSub): Bus {
  const topics = new Map<string, PubSubTopic>();
  const topicOf = (name: string) => {
    const topic = topics.get(name) ?? pubsub.topic(name, { batching: { maxMessages: 1 } });
    topics.set(name, topic);
    return topic;
  };
  return {
    async publish(name, body, attributes = {}) {
      try {
        await topicOf(name).publishMessage({ json: body, attributes });
      } catch (error) {
        throw new TransientError(`could not publish to ${name}`, { cause: error });
      }
    },
  };
}
