import type { Build, Effect } from '#core/build.ts';
import { assertNever, UserError } from '#core/errors.ts';
import { TOPICS } from '#core/messages.ts';
import type { Bus, CloudBuilds, Store } from '#core/ports.ts';

/** What can do effects. A function that lacks a port leaves that kind to the one that has it, or to `sweep`. */
export interface EffectDeps {
  readonly store: Pick<Store, 'builds'>;
  readonly bus: Bus;
  readonly cloudBuilds?: CloudBuilds;
  /** Releases the image of a build in `promoting`. */
  readonly promote?: (build: Build) => Promise<void>;
}

/**
 * Does what a build document says is still owed, and clears each effect once it is done. A death before the
 * clearing repeats an effect, which is harmless for every kind. Throws what a failing effect threw, once all
 * were tried.
 */
export async function runEffects(deps: EffectDeps, build: Build): Promise<void> {
  const failures: unknown[] = [];
  for (const effect of build.effects) {
    try {
      if (await perform(deps, build, effect)) await deps.store.builds.clearEffect(build.id, effect);
    } catch (error) {
      failures.push(error); // the other effects do not wait for this one
    }
  }
  // what may pass goes before what cannot: the message must come again
  if (failures.length > 0) throw failures.find((error) => !(error instanceof UserError)) ?? failures[0];
}

/** Does one effect; false where it is another function that does it, and clears it. */
async function perform(deps: EffectDeps, build: Build, effect: Effect): Promise<boolean> {
  switch (effect.kind) {
    case 'wake_submit':
      await deps.bus.publish(TOPICS.builds, { version: 1, build_id: build.id });
      return true;
    case 'cancel_cloud_build':
      if (!deps.cloudBuilds) return false;
      await cancelCloudBuild(deps.cloudBuilds, build, effect);
      return true;
    case 'report':
      await deps.bus.publish(TOPICS.reports, { version: 1, build_id: build.id });
      return false; // `report` clears it once it has noted it, so that a message that is lost is found
    case 'promote':
      if (!deps.promote) return false;
      await deps.promote(build);
      return true;
    default:
      return assertNever(effect);
  }
}

async function cancelCloudBuild(
  cloudBuilds: CloudBuilds,
  build: Build,
  effect: Extract<Effect, { kind: 'cancel_cloud_build' }>,
): Promise<void> {
  if (effect.cloud_build_id !== null) return cloudBuilds.cancel(effect.cloud_build_id);
  // The id was not known when the cancel was decided: find by tag. One that the list does not show yet is
  // cancelled when its id arrives (`cloud_build_created` in `cancelling`), and the exchange refuses it anyway.
  const found = await cloudBuilds.ofAttempt(build.id, effect.attempt);
  await Promise.all(found.map((view) => cloudBuilds.cancel(view.id)));
}
