import type { PubSub, Topic as PubSubTopic } from '@google-cloud/pubsub';
import { TransientError } from '#core/errors.ts';
import type { Bus } from '#core/ports.ts';

/** Every message here wakes someone who waits: only what is published in the same moment goes out together. */
const BATCHING = { maxMessages: 100, maxMilliseconds: 1 };

/** Resolves when Pub/Sub has the message. */
export function pubsubBus(pubsub: PubSub): Bus {
  const topics = new Map<string, PubSubTopic>();
  const topicOf = (name: string) => {
    const topic = topics.get(name) ?? pubsub.topic(name, { batching: BATCHING });
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
