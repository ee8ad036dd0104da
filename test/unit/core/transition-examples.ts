import type { Build, BuildStatus } from '#core/build.ts';
import type { BuildEvent, BuilderReport, CloudBuildState, CloudBuildView, EventOf } from '#core/events.ts';
import { aBuild, aResult, T0 } from '#test/support/memory/examples.ts';

/** The time of the events in the table. */
export const NOW = T0 + 60_000;

const bound = { order: 7, attempt: 1, cloud_build_id: 'cb-1', bound: true } as const;
/** A build that runs, whose builder called back once. */
const called = { ...bound, started_at: T0, callbacks: ['RUNNING'] } satisfies Partial<Build>;
const over = { ...bound, finished_at: T0 + 5, last_log_chunk: 9 } as const;

/** A typical build of each state: attempt 1 on Cloud Build `cb-1`, which redeemed its token from `running` on. */
export const BUILD_IN: Readonly<Record<BuildStatus, Build>> = {
  waiting_approval: aBuild('x', { status: 'waiting_approval', order: 7 }),
  queued: aBuild('x', { status: 'queued', order: 7 }),
  submitting: aBuild('x', { status: 'submitting', order: 7, attempt: 1 }),
  submitted: aBuild('x', { status: 'submitted', order: 7, attempt: 1, cloud_build_id: 'cb-1' }),
  running: aBuild('x', { status: 'running', ...called }),
  promoting: aBuild('x', {
    status: 'promoting',
    ...bound,
    result: aResult(),
    effects: [{ kind: 'promote' }],
  }),
  cancelling: aBuild('x', { status: 'cancelling', ...bound }),
  succeeded: aBuild('x', { status: 'succeeded', ...over, result: aResult() }),
  failed: aBuild('x', {
    status: 'failed',
    ...over,
    error: { code: 'build_failed', message: 'no', source: 'builder' },
  }),
  cancelled: aBuild('x', { status: 'cancelled', ...over }),
  timed_out: aBuild('x', { status: 'timed_out', ...over }),
  expired: aBuild('x', { status: 'expired', ...over }),
};

/** A Cloud Build of the attempt, `cb-1` unless said otherwise. */
export function viewOf(state: CloudBuildState, fields: Partial<CloudBuildView> = {}): CloudBuildView {
  const attempts = [{ buildId: aBuild('x').id, attempt: 1 }];
  return { id: 'cb-1', attempts, state, detail: '', exitCode: null, output: null, ...fields };
}

/** What the builder leaves with Cloud Build when it succeeds. */
export const OUTPUT = {
  version: 1,
  attempt: 1,
  result: aResult(),
  stages: [],
  last_log_chunk: 4,
} satisfies CloudBuildView['output'];

const PROGRESS: BuilderReport = {
  type: 'progress',
  stages: [{ name: 'clone', started_at: T0, finished_at: null }],
  builder_type: null,
};
export const BUILT: BuilderReport = { type: 'built', stages: [], result: aResult(), last_log_chunk: 4 };
export const FAILED = {
  type: 'failed',
  stages: [],
  code: 'install_failed',
  message: 'npm ci failed',
  fault: 'user',
  last_log_chunk: 4,
} satisfies BuilderReport;

export const reported = (report: BuilderReport, cloud_build_id = 'cb-1', attempt = 1): BuildEvent => ({
  type: 'reported',
  at: NOW,
  attempt,
  cloud_build_id,
  report,
});

/** A callback, as the report that it stands for. */
export const calledBack = (report: BuilderReport, attempt = 1): EventOf<'called_back'> => ({
  type: 'called_back',
  at: NOW,
  attempt,
  builder_type: null,
  report,
});

/** What Cloud Build answered when it was asked, as `sweep` does. */
export const answered = (view: CloudBuildView, attempt = 1): BuildEvent => ({
  type: 'cloud_build_changed',
  at: NOW,
  attempt,
  view,
  asked: true,
});

/** What Cloud Build told by itself: a notification. */
export const notified = (view: CloudBuildView, attempt = 1): BuildEvent => ({
  type: 'cloud_build_changed',
  at: NOW,
  attempt,
  view,
  asked: false,
});

const NOT_GRANTED = {
  type: 'grant_refused',
  at: NOW,
  code: 'team_not_provisioned',
  message: 'the team has no registries',
} as const;

/** The events of the table, by the names of its rows. */
export const EVENTS: Readonly<Record<string, BuildEvent>> = {
  approved: { type: 'approved', at: NOW },
  stamped: { type: 'stamped', at: NOW, order: 8 },
  claimed: { type: 'claimed', at: NOW },
  created: { type: 'cloud_build_created', at: NOW, attempt: 1, cloud_build_id: 'cb-1' },
  created_double: { type: 'cloud_build_created', at: NOW, attempt: 1, cloud_build_id: 'cb-2' },
  refused: { type: 'submit_refused', at: NOW, attempt: 1, message: 'no such pool' },
  refused_old: { type: 'submit_refused', at: NOW, attempt: 9, message: 'no such pool' },
  lost: { type: 'cloud_build_lost', at: NOW, attempt: 1 },
  lost_old: { type: 'cloud_build_lost', at: NOW, attempt: 9 },
  exchanged: { type: 'exchanged', at: NOW, attempt: 1, cloud_build_id: 'cb-1' },
  exchanged_double: { type: 'exchanged', at: NOW, attempt: 1, cloud_build_id: 'cb-2' },
  exchanged_old: { type: 'exchanged', at: NOW, attempt: 9, cloud_build_id: 'cb-1' },
  not_granted: { ...NOT_GRANTED, attempt: 1 },
  not_granted_old: { ...NOT_GRANTED, attempt: 9 },
  progress: reported(PROGRESS),
  built: reported(BUILT),
  built_by_double: reported(BUILT, 'cb-2'),
  built_old: reported(BUILT, 'cb-1', 9),
  failed: reported(FAILED),
  called_running: calledBack(PROGRESS),
  called_succeeded: calledBack(BUILT),
  called_old: calledBack(BUILT, 9),
  called_failed: calledBack(FAILED),
  cb_queued: answered(viewOf('queued')),
  cb_working: answered(viewOf('working')),
  cb_succeeded: answered(viewOf('succeeded', { output: OUTPUT })),
  cb_silent: answered(viewOf('succeeded')),
  cb_failed: answered(viewOf('failed', { exitCode: 137 })),
  cb_ended: answered(viewOf('failed')),
  cb_failed_1: answered(viewOf('failed', { exitCode: 1 })),
  cb_failed_70: answered(viewOf('failed', { exitCode: 70 })),
  cb_failed_75: answered(viewOf('failed', { exitCode: 75 })),
  cb_internal: answered(viewOf('internal_error')),
  cb_timed_out: answered(viewOf('timed_out')),
  cb_cancelled: answered(viewOf('cancelled')),
  cb_expired: answered(viewOf('expired')),
  cb_double: answered(viewOf('succeeded', { id: 'cb-2', output: OUTPUT })),
  cb_old: answered(viewOf('failed'), 9),
  told_queued: notified(viewOf('queued')),
  told_working: notified(viewOf('working')),
  told_succeeded: notified(viewOf('succeeded', { output: OUTPUT })),
  told_silent: notified(viewOf('succeeded')),
  told_failed: notified(viewOf('failed', { exitCode: 137 })),
  told_ended: notified(viewOf('failed')),
  told_failed_1: notified(viewOf('failed', { exitCode: 1 })),
  told_failed_70: notified(viewOf('failed', { exitCode: 70 })),
  told_failed_75: notified(viewOf('failed', { exitCode: 75 })),
  told_internal: notified(viewOf('internal_error')),
  told_timed_out: notified(viewOf('timed_out')),
  told_cancelled: notified(viewOf('cancelled')),
  told_expired: notified(viewOf('expired')),
  told_double: notified(viewOf('succeeded', { id: 'cb-2', output: OUTPUT })),
  told_old: notified(viewOf('failed'), 9),
  disproved: { type: 'result_refused', at: NOW, attempt: 1, message: 'staging has another' },
  disproved_old: { type: 'result_refused', at: NOW, attempt: 9, message: 'staging has another' },
  promoted: { type: 'promoted', at: NOW },
  not_promoted: {
    type: 'promotion_failed',
    at: NOW,
    code: 'promotion_failed',
    message: 'the registry refuses',
  },
  cancel: { type: 'cancel_requested', at: NOW },
  superseded: { type: 'superseded', at: NOW, by: 'b-2' },
  disconnected: { type: 'disconnected', at: NOW },
  queue_expired: { type: 'queue_expired', at: NOW },
};

/** An event of the table by its name. */
export function eventNamed(name: string): BuildEvent {
  const event = EVENTS[name];
  if (!event) throw new Error(`the table has no event ${name}`);
  return event;
}
