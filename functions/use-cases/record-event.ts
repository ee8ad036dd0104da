import type { BuildEvent, BuilderMessage, CloudBuildView } from '#core/events.ts';
import { attemptTag } from '#core/ids.ts';
import type { Applied, Clock, Registry, Store } from '#core/ports.ts';
import { pathIn } from '#core/registry-areas.ts';
import { transition } from '#core/transition.ts';
import { type EffectDeps, runEffects } from './run-effects.ts';

export interface RecordDeps extends EffectDeps {
  readonly store: Pick<Store, 'builds'>;
  readonly registry: Registry;
  /** Registry areas. */
  readonly paths: { readonly staging: string };
  readonly now: Clock;
}

/** Applies an event, then does what the build owes: also what an earlier try left undone. */
export async function recordEvent(deps: RecordDeps, buildId: string, event: BuildEvent): Promise<Applied> {
  const applied = await applyVetted(deps, buildId, event);
  await runEffects(deps, applied.build);
  return applied;
}

/** Applies an event, or the refusal of the result that it brings. What the build owes then is left to the caller. */
export async function applyVetted(deps: VetDeps, buildId: string, event: BuildEvent): Promise<Applied> {
  return deps.store.builds.apply(buildId, await vetted(deps, buildId, event));
}

type VetDeps = Pick<RecordDeps, 'store' | 'registry' | 'paths'>;

const MAY_BRING_A_RESULT: ReadonlySet<BuildEvent['type']> = new Set([
  'reported',
  'called_back',
  'cloud_build_changed',
]);

/**
 * An event that would release a result is believed only if staging has that digest under the attempt's own
 * tag; else it becomes a refusal. This comes before the event is applied: applying it moves tag documents.
 */
async function vetted(deps: VetDeps, buildId: string, event: BuildEvent): Promise<BuildEvent> {
  if (!MAY_BRING_A_RESULT.has(event.type)) return event;
  const build = await deps.store.builds.get(buildId);
  if (build?.status !== 'running') return event;
  const outcome = transition(build, event);
  if (outcome.kind !== 'applied' || outcome.build.status !== 'promoting') return event;
  const digest = outcome.build.result?.index_digest;
  const staging = pathIn(deps.paths.staging, build.image.name);
  const found = await deps.registry.digest(staging, attemptTag(build.id, build.attempt));
  if (found === digest) return event;
  const message = `The builder reported ${digest}, but staging has ${found ?? 'no image'} for this build. Nothing was released.`;
  return { type: 'result_refused', at: event.at, attempt: build.attempt, message };
}

/** A signed message of a builder about its own attempt. */
export function recordReport(deps: RecordDeps, message: BuilderMessage): Promise<Applied> {
  const { attempt, cloud_build_id, report } = message;
  const event = { type: 'reported', at: deps.now(), attempt, cloud_build_id, report } as const;
  return recordEvent(deps, message.build_id, event);
}

/**
 * What Cloud Build says of one of its builds. Foreign ones have no attempt tag.
 * @param asked whether we asked, since nothing else came; else Cloud Build told us as it happened.
 */
export async function recordCloudBuild(
  deps: RecordDeps,
  view: CloudBuildView,
  asked: boolean,
): Promise<void> {
  for (const { buildId, attempt } of view.attempts) {
    await recordEvent(deps, buildId, { type: 'cloud_build_changed', at: deps.now(), attempt, view, asked });
  }
}
