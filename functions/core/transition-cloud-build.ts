import { type Build, type BuildError, isTerminal } from './build.ts';
import { assertNever } from './errors.ts';
import type { CloudBuildView, EventOf } from './events.ts';
import { EXIT_CODE } from './exit-codes.ts';
import {
  again,
  applied,
  cancelEffect,
  ended,
  failed,
  ignored,
  type Outcome,
  toPromoting,
} from './outcome.ts';

/** Cloud Build took the attempt; what it took for nobody any more is ended. */
export function created(build: Build, event: EventOf<'cloud_build_created'>): Outcome {
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

/** Cloud Build does not know the attempt. */
export function lost(build: Build, event: EventOf<'cloud_build_lost'>): Outcome {
  if (event.attempt !== build.attempt) return ignored('the attempt is over');
  if (build.status === 'cancelling') return ended(build, event.at, { status: 'cancelled' });
  if (build.status !== 'submitted' && build.status !== 'running') return ignored(`it is ${build.status}`);
  return again(build, event.at, 'Cloud Build no longer knows the build');
}

/** What Cloud Build says of one of its builds. */
export function cloudBuildChanged(build: Build, event: EventOf<'cloud_build_changed'>): Outcome {
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
  if (!event.asked && build.status === 'running' && spokeForItself(view)) {
    return ignored('the builder’s own report says more and is on its way; sweep asks if it got lost');
  }
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

/** Whether the builder ended as it does after a report: without an error, or with one of its own exit codes. */
function spokeForItself(view: CloudBuildView): boolean {
  if (view.state === 'succeeded') return view.output === null;
  const own: number[] = Object.values(EXIT_CODE);
  return view.state === 'failed' && view.exitCode !== null && own.includes(view.exitCode);
}

function failureOf(view: CloudBuildView): BuildError {
  const killed =
    view.exitCode === 137 ? 'was killed (exit code 137: out of memory, or stopped from outside)' : null;
  const how = killed ?? (view.exitCode === null ? 'ended' : `ended with exit code ${view.exitCode}`);
  const detail = view.detail ? ` Cloud Build says: ${view.detail}` : '';
  const message = `The builder ${how} before it could report a cause.${detail}`.slice(0, 4000);
  return {
    code: spokeForItself(view) ? 'cloud_build_failed' : 'builder_ended',
    message,
    source: 'cloud_build',
  };
}

function isOver(view: CloudBuildView): boolean {
  return view.state !== 'queued' && view.state !== 'working';
}

function orElse(first: Outcome, second: Outcome): Outcome {
  return first.kind === 'applied' ? first : second;
}
