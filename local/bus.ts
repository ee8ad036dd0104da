import type { PubSub } from '@google-cloud/pubsub';
import { SUBSCRIPTIONS, subscriptionName, TOPICS } from '#core/messages.ts';

/** Promotion copies images: the longest that a handler may take (s). Pub/Sub's own maximum is 600. */
const ACK_DEADLINE_S = 600;
const MAX_ATTEMPTS = 20;
const BACKOFF = { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 60 } };

/** Makes the topics, a push subscription for each function that is fed by one, and a place for dead letters. */
export async function setUpBus(pubsub: PubSub, urls: Readonly<Record<string, string>>): Promise<void> {
  await Promise.all(Object.values(TOPICS).map((topic) => pubsub.createTopic(topic)));
  const deadLetterTopic = pubsub.topic(TOPICS.deadLetters).name;
  await Promise.all([
    pubsub.topic(TOPICS.deadLetters).createSubscription('dead-letters-kept'),
    ...SUBSCRIPTIONS.map((subscription) =>
      pubsub.topic(subscription.topic).createSubscription(subscriptionName(subscription), {
        pushConfig: { pushEndpoint: `${urls[subscription.to]}/` },
        ackDeadlineSeconds: ACK_DEADLINE_S,
        retryPolicy: BACKOFF,
        deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: MAX_ATTEMPTS },
      }),
    ),
  ]);
}
