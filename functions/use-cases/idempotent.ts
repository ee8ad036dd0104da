import { UserError } from '#core/errors.ts';
import type { KeptAnswer } from '#core/idempotency.ts';
import type { Clock, Store } from '#core/ports.ts';

export interface IdempotentDeps {
  readonly store: Pick<Store, 'idempotency'>;
  readonly now: Clock;
}

/**
 * Does a piece of work once for a key: the same request gets the same answer for 24 h, another one with that
 * key throws UserError('conflict'). Only success is kept: what failed may be sent again.
 *
 * @param work makes its ids from `unique`, which is the same each time that one request is tried: where a
 * process died after the work and before the answer was kept, or two do it at once, both find the same thing.
 */
export async function idempotent(
  deps: IdempotentDeps,
  key: { readonly id: string; readonly requestHash: string },
  work: (unique: string) => Promise<KeptAnswer>,
): Promise<KeptAnswer & { readonly replayed: boolean }> {
  const use = await deps.store.idempotency.begin(key.id, key.requestHash, deps.now());
  if (use.request_hash !== key.requestHash) {
    throw new UserError('conflict', 'this Idempotency-Key was used for another request; take a fresh one');
  }
  if (use.answer !== null) return { ...use.answer, replayed: true };
  const answer = await work(`${key.id}.${use.started_at}`);
  return { ...(await deps.store.idempotency.finish(key.id, use.started_at, answer)), replayed: false };
}
