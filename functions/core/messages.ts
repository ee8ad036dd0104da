import { z } from 'zod';

/** The topics. `cloud-builds` is Cloud Build's own name for its notifications. */
export const TOPICS = {
  deliveries: 'deliveries',
  builds: 'builds',
  reports: 'reports',
  buildEvents: 'build-events',
  buildLogs: 'build-logs',
  cloudBuilds: 'cloud-builds',
  deadLetters: 'dead-letters',
} as const;
export type Topic = (typeof TOPICS)[keyof typeof TOPICS];

/** Wakes `intake`. */
export const DeliveryWake = z.object({ version: z.literal(1), delivery_id: z.string().max(64) });

/** Wakes `submit`; it does all the work that it finds, whatever the message names. */
export const SubmitWake = z.object({ version: z.literal(1), build_id: z.string().max(64) });

/** Wakes `report`. */
export const ReportWake = z.object({ version: z.literal(1), build_id: z.string().max(64) });

/** Which function each topic's messages are pushed to. */
export const SUBSCRIPTIONS = [
  { topic: TOPICS.deliveries, to: 'intake' },
  { topic: TOPICS.builds, to: 'submit' },
  { topic: TOPICS.reports, to: 'report' },
  { topic: TOPICS.buildEvents, to: 'record' },
  { topic: TOPICS.cloudBuilds, to: 'record' },
  { topic: TOPICS.buildLogs, to: 'logs' },
  { topic: TOPICS.deadLetters, to: 'dead-letters' },
] as const;

/**
 * How often a message is delivered before it is given up. Pub/Sub takes 5 to 100; with its backoff of 1 to 60 s,
 * 20 are about a quarter of an hour.
 */
export const MAX_DELIVERY_ATTEMPTS = 20;

/** A subscription's name. A function tells by it which topic a message came through, which no sender can choose. */
export function subscriptionName({ topic, to }: { topic: Topic; to: string }): string {
  return `${topic}-to-${to}`;
}

/** What a subscription (its name, or all of its path) leads from and to; null where it is none of ours. */
export function sourceOf(subscription: string): { topic: Topic; to: string } | null {
  const name = subscription.slice(subscription.lastIndexOf('/') + 1);
  return SUBSCRIPTIONS.find((known) => subscriptionName(known) === name) ?? null;
}
