import type { z } from 'zod';
import { firestoreClient, pubsubClient } from '#adapters/clients.ts';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { pubsubBus } from '#adapters/pubsub/bus.ts';
import type { Common } from './env.ts';

/** What every function is built of, and nothing else: whatever is imported here is in all of them. */
export function common(env: z.infer<typeof Common>) {
  const store = firestoreStore(firestoreClient(env.GOOGLE_CLOUD_PROJECT));
  const bus = pubsubBus(pubsubClient(env.GOOGLE_CLOUD_PROJECT));
  return { store, bus, now: Date.now };
}
