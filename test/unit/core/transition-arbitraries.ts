import fc from 'fast-check';
import type { Build, BuildStatus, Stage } from '#core/build.ts';
import { type BuildEvent, type BuilderReport, CloudBuildState } from '#core/events.ts';
import { aResult, digestOf } from '#test/support/memory/examples.ts';
import { BUILD_IN, OUTPUT } from './transition-examples.ts';

const STAGES: Stage[] = (['clone', 'plan', 'build', 'push'] as const).map((name, index) => ({
  name,
  started_at: index,
  finished_at: index + 1,
}));

/** The stages of an honest builder after so many boundaries: each starts when the one before has finished. */
function stagesAt(boundaries: number): Stage[] {
  return STAGES.slice(0, Math.ceil(boundaries / 2)).map((stage, index) =>
    index * 2 + 2 > boundaries ? { ...stage, finished_at: null } : stage,
  );
}

// Few of each, and mostly the first: events that fit together are frequent enough to get far.
const attempt = fc.constantFrom(1, 1, 1, 1, 2, 2, 3, 4);
const cloudBuild = fc.constantFrom('cb-1', 'cb-1', 'cb-1', 'cb-2', 'cb-3');
const stages = fc.integer({ min: 0, max: 8 }).map(stagesAt);
const lastChunk = fc.option(fc.nat(9));
const report: fc.Arbitrary<BuilderReport> = fc.oneof(
  fc.record({
    type: fc.constant('progress' as const),
    stages,
    builder_type: fc.constantFrom(null, 'nixpacks' as const, 'dockerfile' as const),
  }),
  fc.record({
    type: fc.constant('built' as const),
    stages,
    result: fc.constantFrom('1', '2').map((digit) => aResult(digestOf(digit))),
    last_log_chunk: lastChunk,
  }),
  fc.record({
    type: fc.constant('failed' as const),
    stages,
    code: fc.constantFrom('install_failed' as const, 'internal' as const),
    message: fc.string(),
    fault: fc.constantFrom('user' as const, 'transient' as const, 'bug' as const),
    last_log_chunk: lastChunk,
  }),
);
const view = fc.record({
  id: cloudBuild,
  attempts: fc.constant([]),
  state: fc.constantFrom(...CloudBuildState.options),
  detail: fc.constantFrom('', 'why'),
  exitCode: fc.constantFrom(null, 1, 70, 75, 137),
  output: fc.option(attempt.map((number) => ({ ...OUTPUT, attempt: number }))),
});
const timeless = fc.oneof(
  fc.constantFrom(
    { type: 'approved' as const },
    { type: 'claimed' as const },
    { type: 'promoted' as const },
    { type: 'promotion_failed' as const, code: 'promotion_failed' as const, message: 'other' },
    { type: 'cancel_requested' as const },
    { type: 'superseded' as const, by: 'b-2' },
    { type: 'disconnected' as const },
    { type: 'queue_expired' as const },
    { type: 'stamped' as const, order: 3 },
  ),
  fc.record({ type: fc.constant('cloud_build_created' as const), attempt, cloud_build_id: cloudBuild }),
  fc.record({ type: fc.constant('submit_refused' as const), attempt, message: fc.string() }),
  fc.record({ type: fc.constant('cloud_build_lost' as const), attempt }),
  fc.record({ type: fc.constant('exchanged' as const), attempt, cloud_build_id: cloudBuild }),
  fc.record({ type: fc.constant('reported' as const), attempt, cloud_build_id: cloudBuild, report }),
  fc.record({
    type: fc.constant('called_back' as const),
    attempt,
    builder_type: fc.constantFrom(null, 'dockerfile' as const),
    report,
  }),
  fc.record({ type: fc.constant('cloud_build_changed' as const), attempt, view, asked: fc.boolean() }),
  fc.record({
    type: fc.constant('grant_refused' as const),
    attempt,
    code: fc.constant('team_not_provisioned' as const),
    message: fc.string(),
  }),
  fc.record({ type: fc.constant('result_refused' as const), attempt, message: fc.string() }),
);

export const events: fc.Arbitrary<BuildEvent[]> = fc
  .array(timeless, { maxLength: 40 })
  .map((all) => all.map((event, index) => ({ ...event, at: 1_000 + index })));

export const start: fc.Arbitrary<Build> = fc
  .constantFrom<BuildStatus>(
    'waiting_approval',
    'queued',
    'queued',
    'submitted',
    'running',
    'running',
    'promoting',
  )
  .map((status) => BUILD_IN[status]);
