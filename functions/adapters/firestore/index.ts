import type { Firestore } from '@google-cloud/firestore';
import type { Store } from '#core/ports.ts';
import { firestoreBuilds } from './builds.ts';
import { firestoreDeadLetters } from './dead-letters.ts';
import { firestoreDeliveries } from './deliveries.ts';
import { firestoreLogs } from './logs.ts';
import { firestoreQueue } from './queue.ts';
import { firestoreRepositories } from './repositories.ts';
import { firestoreStats } from './stats.ts';
import { firestoreTags } from './tags.ts';
import { firestoreTeams } from './teams.ts';
import { firestoreTokens } from './tokens.ts';

/** The store on Firestore (native mode). */
export function firestoreStore(firestore: Firestore): Store {
  return {
    deliveries: firestoreDeliveries(firestore),
    teams: firestoreTeams(firestore),
    repositories: firestoreRepositories(firestore),
    builds: firestoreBuilds(firestore),
    queue: firestoreQueue(firestore),
    stats: firestoreStats(firestore),
    logs: firestoreLogs(firestore),
    tags: firestoreTags(firestore),
    tokens: firestoreTokens(firestore),
    deadLetters: firestoreDeadLetters(firestore),
  };
}
