import type { Firestore } from '@google-cloud/firestore';
import type { Store } from '#core/ports.ts';
import { firestoreAuditLog } from './audit-log.ts';
import { firestoreBuilds } from './builds.ts';
import { firestoreChores } from './chores.ts';
import { firestoreDeadLetters } from './dead-letters.ts';
import { firestoreDeliveries } from './deliveries.ts';
import { firestoreDeviceGrants } from './device-grants.ts';
import { firestoreIdempotency } from './idempotency.ts';
import { firestoreImageLocks } from './image-locks.ts';
import { firestoreLogs } from './logs.ts';
import { firestoreMembers } from './members.ts';
import { firestoreQueue } from './queue.ts';
import { firestoreQuotas } from './quotas.ts';
import { firestoreRegistries } from './registries.ts';
import { firestoreReports } from './reports.ts';
import { firestoreRepositories } from './repositories.ts';
import { firestoreSchedules } from './schedules.ts';
import { firestoreStats } from './stats.ts';
import { firestoreTags } from './tags.ts';
import { firestoreTeams } from './teams.ts';
import { firestoreTokens } from './tokens.ts';

/** The store on Firestore (native mode). */
export function firestoreStore(firestore: Firestore): Store {
  return {
    deliveries: firestoreDeliveries(firestore),
    teams: firestoreTeams(firestore),
    members: firestoreMembers(firestore),
    repositories: firestoreRepositories(firestore),
    schedules: firestoreSchedules(firestore),
    chores: firestoreChores(firestore),
    builds: firestoreBuilds(firestore),
    queue: firestoreQueue(firestore),
    stats: firestoreStats(firestore),
    logs: firestoreLogs(firestore),
    tags: firestoreTags(firestore),
    reports: firestoreReports(firestore),
    registries: firestoreRegistries(firestore),
    imageLocks: firestoreImageLocks(firestore),
    tokens: firestoreTokens(firestore),
    auditLog: firestoreAuditLog(firestore),
    quotas: firestoreQuotas(firestore),
    deadLetters: firestoreDeadLetters(firestore),
    idempotency: firestoreIdempotency(firestore),
    deviceGrants: firestoreDeviceGrants(firestore),
  };
}
