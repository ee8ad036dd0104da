import type { Build } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import type { Bus, Clock, CloudBuilds, Store } from '#core/ports.ts';
import { runEffects } from './run-effects.ts';

export interface CancelDeps {
  readonly store: Pick<Store, 'builds'>;
  readonly bus: Bus;
  readonly cloudBuilds: CloudBuilds;
  readonly now: Clock;
}

/**
 * Cancels a build. The fence is the document: once it is written, no event of the build counts any more.
 * Ending its Cloud Build comes after it. Throws UserError('conflict') from `promoting` on.
 */
export async function cancelBuild(deps: CancelDeps, id: string): Promise<Build> {
  const { outcome, build } = await deps.store.builds.apply(id, { type: 'cancel_requested', at: deps.now() });
  if (outcome.kind === 'illegal') throw new UserError('conflict', outcome.why);
  await runEffects(deps, build);
  return build;
}
