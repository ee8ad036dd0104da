import { tokenIdOf } from '#core/ids.ts';
import type { Store } from '#core/ports.ts';
import type { Team } from '#core/team.ts';
import type { ApiToken } from '#core/token.ts';
import { memoryAuditLog } from './audit-log.ts';
import { memoryBuilds } from './builds.ts';
import { memoryChores } from './chores.ts';
import { memoryDeadLetters } from './dead-letters.ts';
import { memoryDeliveries } from './deliveries.ts';
import { memoryDeviceGrants } from './device-grants.ts';
import { aToken } from './examples.ts';
import { memoryIdempotency } from './idempotency.ts';
import { memoryImageLocks } from './image-locks.ts';
import { memoryLogs } from './logs.ts';
import { memoryMembers } from './members.ts';
import { memoryQueue } from './queue.ts';
import { memoryQuotas } from './quotas.ts';
import { memoryRegistries } from './registries.ts';
import { memoryReports } from './reports.ts';
import { memoryRepositories } from './repositories.ts';
import { memorySchedules } from './schedules.ts';
import { newState, type State } from './state.ts';
import { memoryStats } from './stats.ts';
import { memoryTags } from './tags.ts';
import { memoryTeams } from './teams.ts';
import { memoryTokens } from './tokens.ts';

/**
 * The store in memory, for tests: it passes the same contract suite as Firestore's.
 * @param options.teams that there are from the start.
 * @param options.tokens API tokens by `tokenHash`: of an admin, good for ever, unless said otherwise.
 */
export function memoryStore(
  options: { tokens?: ReadonlyMap<string, Partial<ApiToken>>; teams?: readonly Team[] } = {},
): Store {
  const state = newState();
  for (const [hash, fields] of options.tokens ?? []) state.tokens.set(tokenIdOf(hash), aToken(hash, fields));
  for (const team of options.teams ?? []) state.teams.set(team.id, team);
  return storeOn(state);
}

/** The store on a state that others look at too. */
export function storeOn(state: State): Store {
  return {
    deliveries: memoryDeliveries(state),
    teams: memoryTeams(state),
    members: memoryMembers(state),
    repositories: memoryRepositories(state),
    schedules: memorySchedules(state),
    chores: memoryChores(state),
    builds: memoryBuilds(state),
    queue: memoryQueue(state),
    stats: memoryStats(state),
    logs: memoryLogs(state),
    tags: memoryTags(state),
    reports: memoryReports(state),
    registries: memoryRegistries(state),
    imageLocks: memoryImageLocks(state),
    tokens: memoryTokens(state),
    auditLog: memoryAuditLog(state),
    quotas: memoryQuotas(state),
    deadLetters: memoryDeadLetters(state),
    idempotency: memoryIdempotency(state),
    deviceGrants: memoryDeviceGrants(state),
  };
}
