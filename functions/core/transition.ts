import { type Build, isTerminal } from './build.ts';
import { QUEUE_TTL_S } from './build-config.ts';
import { PULL_REQUEST_IMAGE_MS } from './build-rules.ts';
import { assertNever } from './errors.ts';
import type { BuildEvent, BuilderReport, EventOf } from './events.ts';
import {
  applied,
  cancelEffect,
  ended,
  failed,
  ignored,
  moreOf,
  type Outcome,
  toPromoting,
} from './outcome.ts';
import { reporting } from './reporting.ts';
import { callbackOf, refusalOf } from './transition-callback.ts';
import { cloudBuildChanged, created, lost } from './transition-cloud-build.ts';

export type { Outcome };

/**
 * The one state machine of a build: pure, total over states and events. Whatever of it is to be seen at the git host
 * owes a report.
 */
export function transition(build: Build, event: BuildEvent): Outcome {
  return reporting(build, decide(build, event));
}

function decide(build: Build, event: BuildEvent): Outcome {
  switch (event.type) {
    case 'approved':
      if (build.status !== 'waiting_approval') return ignored('it does not wait for approval');
      return approved(build, event.at);
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
        callbacks: [],
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
    case 'grant_refused':
      if (build.status !== 'running' || event.attempt !== build.attempt)
        return ignored('the attempt is over');
      return failed(build, event.at, { code: event.code, message: event.message, source: 'service' });
    case 'reported':
      return reported(build, event);
    case 'called_back':
      return calledBack(build, event);
    case 'cloud_build_changed':
      return cloudBuildChanged(build, event);
    case 'result_refused':
      if (build.status !== 'running' || event.attempt !== build.attempt)
        return ignored('the attempt is over');
      return failed(build, event.at, { code: 'digest_mismatch', message: event.message, source: 'service' });
    case 'promoted':
      if (build.status !== 'promoting') return ignored(`it is ${build.status}, not promoting`);
      return ended(build, event.at, { status: 'succeeded' });
    case 'promotion_failed':
      if (build.status !== 'promoting') return ignored(`it is ${build.status}, not promoting`);
      return failed(build, event.at, { code: event.code, message: event.message, source: 'service' });
    case 'cancel_requested':
      return cancel(build, event.at, null);
    case 'superseded':
      return superseded(build, event);
    case 'disconnected':
      return cancel(build, event.at, 'disconnected');
    case 'queue_expired':
      if (build.status !== 'queued' && build.status !== 'waiting_approval')
        return ignored('it left the queue');
      return ended(build, event.at, { status: 'expired', reason: 'queue_timeout' });
    default:
      return assertNever(event);
  }
}

/** From now on it waits like any other; its image is kept as long as one that needed no approval. */
function approved(build: Build, at: number): Outcome {
  const expires_at = build.expires_at === null ? null : at + PULL_REQUEST_IMAGE_MS;
  const fields = { status: 'queued', queued_at: at, queue_ttl_s: QUEUE_TTL_S, expires_at } as const;
  return applied(build, at, fields, [{ kind: 'wake_submit' }]);
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

/** A callback: the report that it stands for, once it is its turn. */
function calledBack(build: Build, event: EventOf<'called_back'>): Outcome {
  const why = refusalOf(build, event);
  if (why !== null) return { kind: 'illegal', why };
  const heard = {
    ...build,
    callbacks: [...build.callbacks, callbackOf(event.report)],
    builder_type: event.builder_type ?? build.builder_type,
  };
  const cloud_build_id = build.cloud_build_id ?? '';
  const outcome = reported(heard, { ...event, type: 'reported', cloud_build_id });
  // That it runs is nothing new to the document; that it was said is.
  return outcome.kind === 'applied' ? outcome : applied(heard, event.at, {});
}

/** What every report adds to the document: more stages than known, the builder, the last log chunk. */
function told(build: Build, report: BuilderReport): Partial<Build> {
  const stages = moreOf(report.stages, build.stages);
  if (report.type === 'progress') return { stages, builder_type: report.builder_type ?? build.builder_type };
  return { stages, builder_type: build.builder_type, last_log_chunk: report.last_log_chunk };
}

/**
 * A later push takes over. Where no slot becomes free, nobody is woken for it: `submit`, which says so, is awake, and
 * of 500 pushes at once it would be for 499.
 */
function superseded(build: Build, { at, by }: EventOf<'superseded'>): Outcome {
  const outcome = cancel({ ...build, superseded_by: by }, at, 'superseded');
  if (outcome.kind !== 'applied' || outcome.build.status !== 'cancelled') return outcome;
  const effects = outcome.build.effects.filter(({ kind }) => kind !== 'wake_submit');
  return { kind: 'applied', build: { ...outcome.build, effects } };
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
