import type { Store, TokenOwner } from '#core/ports.ts';
import type { Team } from '#core/team.ts';
import { memoryBuilds } from './builds.ts';
import { memoryDeadLetters } from './dead-letters.ts';
import { memoryDeliveries } from './deliveries.ts';
import { memoryLogs } from './logs.ts';
import { memoryQueue } from './queue.ts';
import { memoryRepositories } from './repositories.ts';
import { newState, type State } from './state.ts';
import { memoryStats } from './stats.ts';
import { memoryTags } from './tags.ts';
import { memoryTeams } from './teams.ts';
import { memoryTokens } from './tokens.ts';

/**
 * The store in memory, for tests: it passes the same contract suite as Firestore's.
 * @param options.teams that there are from the start.
 * @param options.tokens owners of API tokens by `tokenHash`; what is put there later is found too.
 */
export function memoryStore(
  options: { tokens?: ReadonlyMap<string, TokenOwner>; teams?: readonly Team[] } = {},
): Store {
  const state = newState(options.tokens ?? new Map());
  for (const team of options.teams ?? []) state.teams.set(team.id, team);
  return storeOn(state);
}

/** The store on a state that others look at too. */
export function storeOn(state: State): Store {
  return {
    deliveries: memoryDeliveries(state),
    teams: memoryTeams(state),
    repositories: memoryRepositories(state),
    builds: memoryBuilds(state),
    queue: memoryQueue(state),
    stats: memoryStats(state),
    logs: memoryLogs(state),
    tags: memoryTags(state),
    tokens: memoryTokens(state),
    deadLetters: memoryDeadLetters(state),
  };
}
