import type { HostPullRequest } from '#core/ports.ts';
import { buildsOfRequest, CANCELLABLE } from './pull-request-builds.ts';
import { runEffects } from './run-effects.ts';
import { type Decision, ignored, type TakeInDeps, type Taken } from './take-in-decision.ts';

/** Nobody waits any longer for what a closed request would have been: its builds are cancelled. */
export async function closeRequest(
  deps: TakeInDeps,
  { repository }: Taken,
  number: number,
  known: HostPullRequest | null,
): Promise<Decision> {
  if (known?.open) return ignored(`the pull request ${number} is open`);
  let cancelled = 0;
  for (const { id } of await buildsOfRequest(deps.store, repository, number, CANCELLABLE)) {
    const { outcome, build } = await deps.store.builds.apply(id, {
      type: 'cancel_requested',
      at: deps.now(),
    });
    // One that releases its image already, or ended meanwhile, is let go.
    if (outcome.kind !== 'illegal') await runEffects(deps, build);
    if (outcome.kind === 'applied') cancelled++;
  }
  return ignored(`the pull request ${number} was closed${cancelled > 0 ? '; its builds are cancelled' : ''}`);
}
