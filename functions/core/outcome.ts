import type { Build, BuildError, Effect } from './build.ts';
import type { BuilderReport } from './events.ts';

/**
 * What an event does to a build: `applied` carries the whole new document, its new effects included;
 * `ignored` is a late, doubled or foreign event (acknowledge it); `illegal` is a request that cannot be
 * granted now (tell the one who asked).
 */
export type Outcome =
  | { readonly kind: 'applied'; readonly build: Build }
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'illegal'; readonly why: string };

/** How often a build is submitted again after an internal error of Cloud Build. */
const MAX_ATTEMPTS = 3;

/** What a builder says of a finished build, by whichever way it came. */
export type Built = Pick<Extract<BuilderReport, { type: 'built' }>, 'result' | 'stages' | 'last_log_chunk'>;

/** The image is in staging: from here on it can no longer be cancelled. */
export function toPromoting(build: Build, at: number, built: Built): Outcome {
  const { result, last_log_chunk } = built;
  const stages = moreOf(built.stages, build.stages);
  const fields = { status: 'promoting', promoting_at: at, result, stages, last_log_chunk } as const;
  return applied(build, at, { ...fields, builder_type: result.builder_type }, [{ kind: 'promote' }]);
}

/** The stages that know more, of those told now and those known; the known ones where they are the same. */
export function moreOf(told: Build['stages'], known: Build['stages']): Build['stages'] {
  const same = JSON.stringify(told) === JSON.stringify(known);
  return knows(told) >= knows(known) && !same ? told : known;
}

/** How much a list of stages knows: its boundaries only ever become more. */
export function knows(stages: Build['stages']): number {
  return stages.reduce((sum, stage) => sum + (stage.finished_at === null ? 1 : 2), 0);
}

/** Submits again after a fault of the platform, a few times. */
export function again(build: Build, at: number, message: string): Outcome {
  if (build.attempt >= MAX_ATTEMPTS) {
    return failed(build, at, {
      code: 'cloud_build_failed',
      message: message.slice(0, 4000),
      source: 'cloud_build',
    });
  }
  // It waits from now on: the time that the lost attempt ran is none of the queue's.
  const fields = {
    status: 'queued',
    queued_at: at,
    cloud_build_id: null,
    bound: false,
    started_at: null,
  } as const;
  return applied(build, at, { ...fields, stages: [] }, [{ kind: 'wake_submit' }]);
}

/** Ends a Cloud Build; without an id, whatever the attempt's tag finds. */
export function cancelEffect(attempt: number, id: string | null): Effect {
  return { kind: 'cancel_cloud_build', attempt, cloud_build_id: id };
}

/** A failure with its cause. */
export function failed(build: Build, at: number, error: BuildError): Outcome {
  // What a registry or Cloud Build says may be longer than a document takes.
  return ended(build, at, { status: 'failed', error: { ...error, message: error.message.slice(0, 4000) } });
}

/** A terminal state: whatever ends a build frees its slot, and whatever it still owes is kept. */
export function ended(build: Build, at: number, fields: Partial<Build>): Outcome {
  const effects = build.effects.filter((effect) => effect.kind !== 'promote');
  return applied({ ...build, effects }, at, { ...fields, finished_at: at }, [{ kind: 'wake_submit' }]);
}

/** The document with these fields changed, and these effects owed too. */
export function applied(build: Build, at: number, fields: Partial<Build>, effects: Effect[] = []): Outcome {
  const known = new Set(build.effects.map((effect) => JSON.stringify(effect)));
  const added = effects.filter((effect) => !known.has(JSON.stringify(effect)));
  return {
    kind: 'applied',
    build: { ...build, ...fields, effects: [...build.effects, ...added], updated_at: at },
  };
}

/** A late, doubled or foreign event. */
export function ignored(why: string): Outcome {
  return { kind: 'ignored', why };
}
