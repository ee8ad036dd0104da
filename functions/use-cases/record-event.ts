import type { BuildEvent, BuilderMessage, CloudBuildView } from '#core/events.ts';
import { eventKey, safeEqual, signBody } from '#core/ids.ts';
import type { Applied, Clock, Store } from '#core/ports.ts';
import type { Secret } from '#core/secret.ts';
import { type EffectDeps, runEffects } from './run-effects.ts';

export interface RecordDeps extends EffectDeps {
  readonly store: Pick<Store, 'builds'>;
  readonly now: Clock;
}

/** Applies an event, then does what the build owes: also what an earlier try left undone. */
export async function recordEvent(deps: RecordDeps, buildId: string, event: BuildEvent): Promise<Applied> {
  const applied = await deps.store.builds.apply(buildId, event);
  await runEffects(deps, applied.build);
  return applied;
}

/** A signed message of a builder about its own attempt. */
export function recordReport(deps: RecordDeps, message: BuilderMessage): Promise<Applied> {
  const { attempt, cloud_build_id, report } = message;
  return recordEvent(deps, message.build_id, {
    type: 'reported',
    at: deps.now(),
    attempt,
    cloud_build_id,
    report,
  });
}

/** A change of a Cloud Build, as Cloud Build tells it or as `sweep` asked. Foreign ones have no attempt tag. */
export async function recordCloudBuild(deps: RecordDeps, view: CloudBuildView): Promise<void> {
  for (const { buildId, attempt } of view.attempts) {
    await recordEvent(deps, buildId, { type: 'cloud_build_changed', at: deps.now(), attempt, view });
  }
}

/** Whether the builder of this attempt signed these bytes. */
export function isSigned(
  key: Secret,
  message: { build_id: string; attempt: number },
  body: Uint8Array,
  signature: string,
): boolean {
  return safeEqual(signature, signBody(eventKey(key, message.build_id, message.attempt), body));
}
