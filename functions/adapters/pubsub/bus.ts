import type { PubSub, Topic as PubSubTopic } from '@google-cloud/pubsub';
import { TransientError } from '#core/errors.ts';
import type { ReplayBus } from '#core/ports.ts';

/** Every message here wakes someone who waits: only what is published in the same moment goes out together. */
const BATCHING = { maxMessages: 100, maxMilliseconds: 1 };

/** Resolves when Pub/Sub has the message. */
export function pubsubBus(pubsub: PubSub): ReplayBus {
  const topics = new Map<string, PubSubTopic>();
  const topicOf = (name: string) => {
    const topic = topics.get(name) ?? pubsub.topic(name, { batching: BATCHING });
    topics.set(name, topic);
    return topic;
  };
  const send = async (name: string, message: Parameters<PubSubTopic['publishMessage']>[0]) => {
    try {
      await topicOf(name).publishMessage(message);
    } catch (error) {
      throw new TransientError(`could not publish to ${name}`, { cause: error });
    }
  };
  return {
    publish: (name, body, attributes = {}) => send(name, { json: body, attributes }),
    publishBytes: (name, data, attributes) =>
      send(name, { data: Buffer.from(data), attributes: { ...attributes } }),
  };
}
