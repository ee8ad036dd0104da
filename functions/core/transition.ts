import { type Build, type BuildError, type Effect, isTerminal } from './build.ts';
import { assertNever } from './errors.ts';
import type { BuildEvent, BuilderReport, CloudBuildView } from './events.ts';
import { EXIT_CODE } from './exit-codes.ts';

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

/** The one state machine of a build: pure, total over states and events. */
export function transition(build: Build, event: BuildEvent): Outcome {
  switch (event.type) {
    case 'approved':
      if (build.status !== 'waiting_approval') return ignored('it does not wait for approval');
      return applied(build, event.at, { status: 'queued', queued_at: event.at }, [{ kind: 'wake_submit' }]);
    case 'stamped':
      if (isTerminal(build.status)) return ignored(`it is ${build.status}`);
      if (build.order !== null) return ignored('it has its place already');
      return applied(build, event.at, { order: event.order });
    case 'claimed':
      if (build.status !== 'queued') return ignored(`it is ${build.status}, not queued`);
      if (build.order === null) return { kind: 'illegal', why: 'it has no place in the order of pushes yet' };
      return applied(build, event.at, {
        status: 'submitting',
        attempt: build.attempt + 1,
        submitting_at: event.at,
        cloud_build_id: null,
        bound: false,
      });
    case 'cloud_build_created':
      return created(build, event);
    case 'submit_refused':
      if (build.status !== 'submitting' || event.attempt !== build.attempt)
        return ignored('the attempt is over');
      return failed(build, event.at, { code: 'submit_refused', message: event.message, source: 'service' });
    case 'cloud_build_lost':
      return lost(build, event);
    case 'exchanged':
      return exchanged(build, event);
    case 'reported':
      return reported(build, event);
    case 'cloud_build_changed':
      return cloudBuildChanged(build, event);
    case 'promoted':
      if (build.status !== 'promoting') return ignored(`it is ${build.status}, not promoting`);
      return ended(build, event.at, { status: 'succeeded' });
    case 'promotion_failed':
      if (build.status !== 'promoting') return ignored(`it is ${build.status}, not promoting`);
      return failed(build, event.at, { code: event.code, message: event.message, source: 'service' });
    case 'cancel_requested':
      return cancel(build, event.at, null);
    case 'superseded':
      return cancel(build, event.at, 'superseded');
    case 'queue_expired':
      if (build.status !== 'queued' && build.status !== 'waiting_approval')
        return ignored('it left the queue');
      return ended(build, event.at, { status: 'expired', reason: 'queue_timeout' });
    default:
      return assertNever(event);
  }
}

type EventOf<T extends BuildEvent['type']> = Extract<BuildEvent, { type: T }>;

function created(build: Build, event: EventOf<'cloud_build_created'>): Outcome {
  if (event.cloud_build_id === build.cloud_build_id) return ignored('known already');
  const foreign = event.attempt !== build.attempt || build.cloud_build_id !== null;
  if (foreign || isTerminal(build.status) || build.status === 'promoting' || build.status === 'queued') {
    return applied(build, event.at, {}, [cancelEffect(event.attempt, event.cloud_build_id)]);
  }
  if (build.status === 'submitting') {
    return applied(build, event.at, { status: 'submitted', cloud_build_id: event.cloud_build_id });
  }
  if (build.status === 'cancelling') {
    return applied(build, event.at, { cloud_build_id: event.cloud_build_id }, [
      cancelEffect(event.attempt, event.cloud_build_id),
    ]);
  }
  return ignored(`it is ${build.status}`);
}

function lost(build: Build, event: EventOf<'cloud_build_lost'>): Outcome {
  if (event.attempt !== build.attempt) return ignored('the attempt is over');
  if (build.status === 'cancelling') return ended(build, event.at, { status: 'cancelled' });
  if (build.status !== 'submitted' && build.status !== 'running') return ignored(`it is ${build.status}`);
  return again(build, event.at, 'Cloud Build no longer knows the build');
}

function exchanged(build: Build, event: EventOf<'exchanged'>): Outcome {
  if (event.attempt !== build.attempt) return { kind: 'illegal', why: 'another attempt took over' };
  if (build.bound && build.cloud_build_id !== event.cloud_build_id) {
    return { kind: 'illegal', why: 'another Cloud Build redeemed the token first' };
  }
  if (build.status === 'running') return ignored('redeemed already');
  if (build.status !== 'submitting' && build.status !== 'submitted') {
    return { kind: 'illegal', why: `the build is ${build.status}` };
  }
  const other = build.cloud_build_id;
  const effects =
    other !== null && other !== event.cloud_build_id ? [cancelEffect(event.attempt, other)] : [];
  const fields = {
    status: 'running',
    bound: true,
    cloud_build_id: event.cloud_build_id,
    started_at: event.at,
  } as const;
  return applied(build, event.at, fields, effects);
}

function reported(build: Build, event: EventOf<'reported'>): Outcome {
  const { report } = event;
  if (event.attempt !== build.attempt || !build.bound || event.cloud_build_id !== build.cloud_build_id) {
    return ignored('it is not of the bound Cloud Build');
  }
  if (build.status === 'failed' && report.type === 'failed' && build.error?.source === 'cloud_build') {
    const error = { code: report.code, message: report.message, source: 'builder' } as const;
    return applied(build, event.at, { ...told(build, report), error });
  }
  if (build.status === 'running') {
    if (report.type === 'built') return toPromoting(build, event.at, report);
    if (report.type === 'progress') {
      const fields = told(build, report);
      if (fields.stages === build.stages && fields.builder_type === build.builder_type)
        return ignored('nothing new');
      return applied(build, event.at, fields);
    }
    const error = { code: report.code, message: report.message, source: 'builder' } as const;
    return failed({ ...build, ...told(build, report) }, event.at, error);
  }
  if (report.type !== 'progress' && isTerminal(build.status) && build.last_log_chunk === null) {
    if (report.last_log_chunk === null) return ignored('nothing new');
    return applied(build, event.at, { last_log_chunk: report.last_log_chunk });
  }
  return ignored(`it is ${build.status}`);
}

/** What every report adds to the document: more stages than known, the builder, the last log chunk. */
function told(build: Build, report: BuilderReport): Partial<Build> {
  const stages = moreOf(report.stages, build.stages);
  if (report.type === 'progress') return { stages, builder_type: report.builder_type ?? build.builder_type };
  return { stages, builder_type: build.builder_type, last_log_chunk: report.last_log_chunk };
}

/** The stages that know more, of those told now and those known; the known ones where they are the same. */
function moreOf(told: Build['stages'], known: Build['stages']): Build['stages'] {
  const same = JSON.stringify(told) === JSON.stringify(known);
  return knows(told) >= knows(known) && !same ? told : known;
}

/** How much a list of stages knows: its boundaries only ever become more. */
function knows(stages: Build['stages']): number {
  return stages.reduce((sum, stage) => sum + (stage.finished_at === null ? 1 : 2), 0);
}

type Built = Pick<Extract<BuilderReport, { type: 'built' }>, 'result' | 'stages' | 'last_log_chunk'>;

function toPromoting(build: Build, at: number, built: Built): Outcome {
  const { result, last_log_chunk } = built;
  const stages = moreOf(built.stages, build.stages);
  const fields = { status: 'promoting', promoting_at: at, result, stages, last_log_chunk } as const;
  return applied(build, at, { ...fields, builder_type: result.builder_type }, [{ kind: 'promote' }]);
}

function cloudBuildChanged(build: Build, event: EventOf<'cloud_build_changed'>): Outcome {
  const { view, at } = event;
  if (event.attempt !== build.attempt) return ignored('the attempt is over');
  if (build.cloud_build_id === null && (build.status === 'submitting' || build.status === 'cancelling')) {
    const adopted = created(build, {
      type: 'cloud_build_created',
      at,
      attempt: event.attempt,
      cloud_build_id: view.id,
    });
    return adopted.kind === 'applied' && isOver(view)
      ? orElse(overed(adopted.build, at, view), adopted)
      : adopted;
  }
  if (view.id !== build.cloud_build_id) return ignored('it is not of this build’s Cloud Build');
  if (!isOver(view)) return ignored('it still runs');
  return overed(build, at, view);
}

/** A Cloud Build ended: what that means where the builder did not say it first. */
function overed(build: Build, at: number, view: CloudBuildView): Outcome {
  if (isTerminal(build.status) || build.status === 'promoting' || build.status === 'queued') {
    return ignored(`it is ${build.status}`);
  }
  if (build.status === 'cancelling') return ended(build, at, { status: 'cancelled' });
  switch (view.state) {
    case 'succeeded':
      if (build.bound && view.output?.attempt === build.attempt) return toPromoting(build, at, view.output);
      return failed(build, at, { code: 'builder_silent', message: SILENT, source: 'cloud_build' });
    case 'failed':
      return failed(build, at, failureOf(view));
    case 'internal_error':
      return again(build, at, view.detail || 'Cloud Build reported an internal error');
    case 'timed_out': {
      const message = `The build took longer than its limit of ${build.timeout_s} s and was stopped.`;
      const error = { code: 'timed_out', message, source: 'cloud_build' } as const;
      return ended(build, at, { status: 'timed_out', reason: 'build_timeout', error });
    }
    case 'cancelled':
      return ended(build, at, { status: 'cancelled', reason: 'cancelled_in_cloud_build' });
    case 'expired':
      return ended(build, at, { status: 'expired', reason: 'cloud_build_queue_timeout' });
    case 'queued':
    case 'working':
      return ignored('it still runs');
    default:
      return assertNever(view.state);
  }
}

const SILENT =
  'The builder ended without reporting an image. Start the build again; if it repeats, its log says more.';

function failureOf(view: CloudBuildView): BuildError {
  const known: number[] = Object.values(EXIT_CODE);
  const byItself = view.exitCode !== null && known.includes(view.exitCode);
  const killed =
    view.exitCode === 137 ? 'was killed (exit code 137: out of memory, or stopped from outside)' : null;
  const how = killed ?? (view.exitCode === null ? 'ended' : `ended with exit code ${view.exitCode}`);
  const detail = view.detail ? ` Cloud Build says: ${view.detail}` : '';
  const message = `The builder ${how} before it could report a cause.${detail}`.slice(0, 4000);
  return { code: byItself ? 'cloud_build_failed' : 'builder_ended', message, source: 'cloud_build' };
}

/** Submits again after a fault of the platform, a few times. */
function again(build: Build, at: number, message: string): Outcome {
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

function cancel(build: Build, at: number, reason: string | null): Outcome {
  switch (build.status) {
    case 'waiting_approval':
    case 'queued':
      return ended(build, at, { status: 'cancelled', reason });
    case 'submitting':
    case 'submitted':
    case 'running':
      return applied(build, at, { status: 'cancelling', reason }, [
        cancelEffect(build.attempt, build.cloud_build_id),
      ]);
    case 'cancelling':
    case 'cancelled':
      return ignored('it is cancelled already');
    case 'promoting':
      return { kind: 'illegal', why: 'the image is being released; it can no longer be cancelled' };
    case 'succeeded':
    case 'failed':
    case 'timed_out':
    case 'expired':
      return {
        kind: 'illegal',
        why: `the build has ${build.status === 'timed_out' ? 'timed out' : build.status} already`,
      };
    default:
      return assertNever(build.status);
  }
}

function cancelEffect(attempt: number, id: string | null): Effect {
  return { kind: 'cancel_cloud_build', attempt, cloud_build_id: id };
}

function isOver(view: CloudBuildView): boolean {
  return view.state !== 'queued' && view.state !== 'working';
}

function failed(build: Build, at: number, error: BuildError): Outcome {
  // What a registry or Cloud Build says may be longer than a document takes.
  return ended(build, at, { status: 'failed', error: { ...error, message: error.message.slice(0, 4000) } });
}

/** A terminal state: whatever ends a build frees its slot, and whatever it still owes is kept. */
function ended(build: Build, at: number, fields: Partial<Build>): Outcome {
  const effects = build.effects.filter((effect) => effect.kind !== 'promote');
  return applied({ ...build, effects }, at, { ...fields, finished_at: at }, [{ kind: 'wake_submit' }]);
}

function applied(build: Build, at: number, fields: Partial<Build>, effects: Effect[] = []): Outcome {
  const known = new Set(build.effects.map((effect) => JSON.stringify(effect)));
  const added = effects.filter((effect) => !known.has(JSON.stringify(effect)));
  return {
    kind: 'applied',
    build: { ...build, ...fields, effects: [...build.effects, ...added], updated_at: at },
  };
}

function orElse(first: Outcome, second: Outcome): Outcome {
  return first.kind === 'applied' ? first : second;
}

function ignored(why: string): Outcome {
  return { kind: 'ignored', why };
}
