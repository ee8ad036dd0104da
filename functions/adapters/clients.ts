import { Firestore } from '@google-cloud/firestore';
import { PubSub } from '@google-cloud/pubsub';

// The two that every function has. Others are files of their own beside their adapter: a library that is imported
// is in the bundle and in memory, also where nobody calls it.

/** Firestore; its emulator where FIRESTORE_EMULATOR_HOST names one (the library's own variable). */
export const firestoreClient = (projectId: string): Firestore => new Firestore({ projectId });

/** Pub/Sub; its emulator where PUBSUB_EMULATOR_HOST names one (the library's own variable). */
export const pubsubClient = (projectId: string): PubSub => new PubSub({ projectId });
