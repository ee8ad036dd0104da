import { type DeadLetter, isReplayable } from '#core/dead-letter.ts';
import { UserError } from '#core/errors.ts';
import type { Clock, ReplayBus, Store } from '#core/ports.ts';

export interface ReplayDeps {
  readonly store: Pick<Store, 'deadLetters'>;
  readonly bus: ReplayBus;
  readonly now: Clock;
}

/**
 * Publishes a dead letter to its topic again, byte for byte, and counts it. Handlers take a message twice
 * without harm, so a letter may be replayed again, as after a death between the two steps, which leaves it
 * published and not counted. One that fails again becomes a new letter.
 * Throws UserError('conflict') where its topic or its bytes are not known.
 */
export async function replayLetter(deps: ReplayDeps, letter: DeadLetter): Promise<DeadLetter> {
  if (!isReplayable(letter)) {
    const missing = letter.topic === null ? 'where it came from is not known' : 'its bytes were not kept';
    throw new UserError('conflict', `the dead letter ${letter.id} cannot be replayed: ${missing}`);
  }
  await deps.bus.publishBytes(letter.topic, Buffer.from(letter.data, 'base64'), letter.attributes);
  return deps.store.deadLetters.markReplayed(letter.id, deps.now());
}
