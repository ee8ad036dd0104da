import type { Store, TokenOwner } from '#core/ports.ts';
import { memoryBuilds } from './builds.ts';
import { memoryDeadLetters } from './dead-letters.ts';
import { memoryDeliveries } from './deliveries.ts';
import { memoryLogs } from './logs.ts';
import { memoryQueue } from './queue.ts';
import { memoryRepositories } from './repositories.ts';
import { newState } from './state.ts';
import { memoryTags } from './tags.ts';
import { memoryTokens } from './tokens.ts';

/**
 * The store in memory, for tests: it passes the same contract suite as Firestore's.
 * @param options.tokens owners of API tokens by `tokenHash`; what is put there later is found too.
 */
export function memoryStore(options: { tokens?: ReadonlyMap<string, TokenOwner> } = {}): Store {
  const state = newState(options.tokens ?? new Map());
  return {
    deliveries: memoryDeliveries(state),
    repositories: memoryRepositories(state),
    builds: memoryBuilds(state),
    queue: memoryQueue(state),
    logs: memoryLogs(state),
    tags: memoryTags(state),
    tokens: memoryTokens(state),
    deadLetters: memoryDeadLetters(state),
  };
}
