import type { PubSub } from '@google-cloud/pubsub';
import { SUBSCRIPTIONS, subscriptionName, TOPICS, type Topic } from '#core/messages.ts';

/** Promotion copies images: the longest that a handler may take (s). Pub/Sub's own maximum is 600. */
const ACK_DEADLINE_S = 600;
const BACKOFF = { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 60 } };

/**
 * Makes the topics and a push subscription for each function that is fed by one. Dead letters have no dead-letter
 * policy: one that cannot be kept comes again until it is.
 */
export async function setUpBus(
  pubsub: PubSub,
  urls: Readonly<Record<string, string>>,
  maxDeliveryAttempts: number,
): Promise<void> {
  await Promise.all(Object.values(TOPICS).map((topic) => pubsub.createTopic(topic)));
  const deadLetterTopic = pubsub.topic(TOPICS.deadLetters).name;
  const policyOf = (topic: Topic) =>
    topic === TOPICS.deadLetters ? {} : { deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts } };
  await Promise.all(
    SUBSCRIPTIONS.map((subscription) =>
      pubsub.topic(subscription.topic).createSubscription(subscriptionName(subscription), {
        pushConfig: { pushEndpoint: `${urls[subscription.to]}/` },
        ackDeadlineSeconds: ACK_DEADLINE_S,
        retryPolicy: BACKOFF,
        ...policyOf(subscription.topic),
      }),
    ),
  );
}
