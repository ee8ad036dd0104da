import type { z } from 'zod';
import { firestoreClient, pubsubClient } from '#adapters/clients.ts';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { logFor } from '#adapters/log.ts';
import { pubsubBus } from '#adapters/pubsub/bus.ts';
import type { GivingUp } from '#adapters/pubsub/subscriber.ts';
import { observedStore } from '#adapters/telemetry/observed-store.ts';
import { tell } from '#adapters/telemetry/tell.ts';
import type { Bus } from '#core/ports.ts';
import type { Common, SubscriberEnv } from './env.ts';

/** What every function is built of, and nothing else: whatever is imported here is in all of them. */
export function common(env: z.infer<typeof Common>) {
  logFor(env.GOOGLE_CLOUD_PROJECT);
  const store = observedStore(firestoreStore(firestoreClient(env.GOOGLE_CLOUD_PROJECT)), tell);
  const bus = pubsubBus(pubsubClient(env.GOOGLE_CLOUD_PROJECT));
  return { store, bus, now: Date.now };
}

/** How a function that messages are pushed to gives one up. */
export function givingUp(env: z.infer<typeof SubscriberEnv>, bus: Bus): GivingUp {
  return { bus, maxAttempts: env.MAX_DELIVERY_ATTEMPTS };
}
