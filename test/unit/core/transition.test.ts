import { describe, expect, it } from 'vitest';
import { Build, type BuildStatus, type Effect, isTerminal } from '#core/build.ts';
import type { BuildEvent } from '#core/events.ts';
import { REPORT } from '#core/reporting.ts';
import { transition } from '#core/transition.ts';
import { aResult, digestOf, T0 } from '#test/support/memory/examples.ts';
import {
  answered,
  BUILD_IN,
  BUILT,
  EVENTS,
  eventNamed,
  FAILED,
  NOW,
  notified,
  OUTPUT,
  reported,
  viewOf,
} from './transition-examples.ts';

/** The build after an event that applies. */
function applied(build: Build, event: BuildEvent): Build {
  const outcome = transition(build, event);
  if (outcome.kind !== 'applied') throw new Error(`${outcome.kind}: ${outcome.why}`);
  return outcome.build;
}

const wake: Effect = { kind: 'wake_submit' };
const promote: Effect = { kind: 'promote' };
const cancel = (cloud_build_id: string | null, attempt = 1): Effect => ({
  kind: 'cancel_cloud_build',
  attempt,
  cloud_build_id,
});

describe('effects', () => {
  const EFFECTS: readonly (readonly [BuildStatus, string, readonly Effect[]])[] = [
    ['waiting_approval', 'approved', [wake, REPORT]],
    ['queued', 'claimed', []],
    ['queued', 'cancel', [wake, REPORT]],
    ['queued', 'superseded', [REPORT]],
    ['waiting_approval', 'superseded', [REPORT]],
    ['queued', 'queue_expired', [wake, REPORT]],
    ['queued', 'created', [cancel('cb-1')]],
    ['submitting', 'created', []],
    ['submitting', 'refused', [wake, REPORT]],
    ['submitting', 'cancel', [cancel(null)]],
    ['submitting', 'exchanged', [REPORT]],
    ['submitting', 'cb_working', []],
    ['submitted', 'created_double', [cancel('cb-2')]],
    ['submitted', 'exchanged', [REPORT]],
    ['submitted', 'exchanged_double', [cancel('cb-1'), REPORT]],
    ['submitted', 'lost', [wake]],
    ['submitted', 'cancel', [cancel('cb-1')]],
    ['running', 'created_double', [cancel('cb-2')]],
    ['running', 'built', [promote]],
    ['running', 'failed', [wake, REPORT]],
    ['running', 'cb_internal', [wake]],
    ['running', 'cb_succeeded', [promote]],
    ['running', 'disproved', [wake, REPORT]],
    ['running', 'told_succeeded', [promote]],
    ['running', 'told_failed', [wake, REPORT]],
    ['running', 'superseded', [cancel('cb-1')]],
    ['promoting', 'created_double', [promote, cancel('cb-2')]],
    ['promoting', 'promoted', [wake, REPORT]],
    ['promoting', 'not_promoted', [wake, REPORT]],
    ['cancelling', 'created_double', [cancel('cb-2')]],
    ['cancelling', 'cb_cancelled', [wake, REPORT]],
    ['cancelling', 'lost', [wake, REPORT]],
    ['cancelled', 'created_double', [cancel('cb-2')]],
    ['succeeded', 'created_double', [cancel('cb-2')]],
  ];

  it.each(EFFECTS)('%s × %s', (status, name, expected) => {
    expect(applied(BUILD_IN[status], eventNamed(name)).effects).toEqual(expected);
  });

  it('frees the slot whenever a build ends', () => {
    for (const build of Object.values(BUILD_IN)) {
      for (const event of Object.values(EVENTS)) {
        const outcome = transition(build, event);
        if (outcome.kind !== 'applied' || isTerminal(build.status) || !isTerminal(outcome.build.status))
          continue;
        if (event.type !== 'superseded') expect(outcome.build.effects).toContainEqual(wake);
        expect(outcome.build.finished_at).toBe(NOW);
      }
    }
  });

  it('keeps what is still owed and owes nothing twice', () => {
    const owing = { ...BUILD_IN.submitting, effects: [wake, cancel('cb-0', 0)] };
    expect(applied(owing, eventNamed('refused')).effects).toEqual([wake, cancel('cb-0', 0), REPORT]);
  });
});

describe('a cancel', () => {
  it('ends a Cloud Build whose id arrives late', () => {
    const cancelling = applied(BUILD_IN.submitting, eventNamed('cancel'));
    const known = applied(cancelling, eventNamed('created'));
    expect(known).toMatchObject({
      status: 'cancelling',
      cloud_build_id: 'cb-1',
      effects: [cancel(null), cancel('cb-1')],
    });
    const ended = applied(cancelling, eventNamed('cb_cancelled'));
    expect(ended).toMatchObject({ status: 'cancelled', cloud_build_id: 'cb-1' });
  });

  it('ends a Cloud Build that shows up after its attempt was given up', () => {
    const again = applied(BUILD_IN.submitted, eventNamed('lost'));
    expect(applied(again, eventNamed('created_double')).effects).toEqual([wake, cancel('cb-2')]);
  });

  it('says which build took over from a superseded one, and none where a person was first', () => {
    expect(applied(BUILD_IN.queued, eventNamed('superseded')).superseded_by).toBe('b-2');
    const cancelling = applied(BUILD_IN.running, eventNamed('superseded'));
    expect(applied(cancelling, eventNamed('cb_cancelled')).superseded_by).toBe('b-2');
    const asked = applied(BUILD_IN.running, eventNamed('cancel'));
    expect(transition(asked, eventNamed('superseded')).kind).toBe('ignored');
    expect(asked.superseded_by).toBeNull();
  });

  it.each(['superseded', 'disconnected'] as const)('says why: %s stays the reason to the end', (reason) => {
    expect(applied(BUILD_IN.queued, eventNamed(reason))).toMatchObject({ status: 'cancelled', reason });
    const cancelling = applied(BUILD_IN.running, eventNamed(reason));
    expect(applied(cancelling, eventNamed('cb_cancelled'))).toMatchObject({ status: 'cancelled', reason });
  });
});

describe('the one exception of a terminal state', () => {
  const vague = applied(BUILD_IN.running, eventNamed('cb_failed'));

  it('lets the builder’s cause replace Cloud Build’s vaguer one, once', () => {
    expect(vague).toMatchObject({
      status: 'failed',
      error: { code: 'builder_ended', source: 'cloud_build' },
    });
    const told = applied(vague, eventNamed('failed'));
    const error = { code: 'install_failed', message: 'npm ci failed', source: 'builder' };
    expect(told).toEqual({ ...vague, error, last_log_chunk: 4, updated_at: NOW });
    expect(transition(told, reported({ ...FAILED, code: 'internal' })).kind).toBe('ignored');
  });

  it('is not for another Cloud Build, another attempt, or another ending', () => {
    expect(transition(vague, reported(FAILED, 'cb-2')).kind).toBe('ignored');
    expect(transition(vague, reported(FAILED, 'cb-1', 2)).kind).toBe('ignored');
    expect(applied(vague, reported(BUILT))).toEqual({ ...vague, last_log_chunk: 4, updated_at: NOW });
    const timedOut = applied(BUILD_IN.running, eventNamed('cb_timed_out'));
    expect(applied(timedOut, eventNamed('failed'))).toEqual({
      ...timedOut,
      last_log_chunk: 4,
      updated_at: NOW,
    });
  });

  it('ignores a report that tells an ended build nothing', () => {
    const nothing = { ...FAILED, last_log_chunk: null };
    expect(transition({ ...BUILD_IN.cancelled, last_log_chunk: null }, reported(nothing)).kind).toBe(
      'ignored',
    );
  });
});

describe('the queue', () => {
  it('gives a place once, and none to an ended build', () => {
    const placeless = { ...BUILD_IN.queued, order: null };
    expect(applied(placeless, eventNamed('stamped')).order).toBe(8);
    expect(transition(placeless, eventNamed('claimed')).kind).toBe('illegal');
    expect(transition({ ...BUILD_IN.cancelled, order: null }, eventNamed('stamped')).kind).toBe('ignored');
  });

  it('counts an attempt and forgets the Cloud Build of the one before', () => {
    const again = applied({ ...BUILD_IN.queued, attempt: 1 }, eventNamed('claimed'));
    expect(again).toMatchObject({ attempt: 2, cloud_build_id: null, bound: false, submitting_at: NOW });
  });

  it('waits anew after a fault of the platform: the hour in the queue starts again', () => {
    const again = applied(
      { ...BUILD_IN.running, stages: [{ name: 'clone', started_at: 1, finished_at: 2 }] },
      eventNamed('cb_internal'),
    );
    expect(again).toMatchObject({
      status: 'queued',
      queued_at: NOW,
      attempt: 1,
      bound: false,
      stages: [],
      started_at: null,
    });
  });

  it('cuts what others say of a failure to what a document takes', () => {
    const message = 'x'.repeat(9_999);
    const refused = applied(BUILD_IN.submitting, { type: 'submit_refused', at: NOW, attempt: 1, message });
    const code = 'promotion_failed' as const;
    const unreleased = applied(BUILD_IN.promoting, { type: 'promotion_failed', at: NOW, code, message });
    const disproved = applied(BUILD_IN.running, { type: 'result_refused', at: NOW, attempt: 1, message });
    for (const build of [refused, unreleased, disproved])
      expect(Build.parse(build).error?.message).toHaveLength(4_000);
  });

  it('gives up after three attempts', () => {
    const third = { ...BUILD_IN.running, attempt: 3 };
    const lost = applied(third, { type: 'cloud_build_lost', at: NOW, attempt: 3 });
    expect(lost).toMatchObject({
      status: 'failed',
      error: { code: 'cloud_build_failed', source: 'cloud_build' },
    });
  });
});

describe('what is recovered from Cloud Build', () => {
  const ended = (fields: Parameters<typeof viewOf>[1]) => answered(viewOf('succeeded', fields));

  it('takes the result that the builder left, of the bound Cloud Build and this attempt only', () => {
    const result = aResult(digestOf('7'));
    const build = applied(BUILD_IN.running, ended({ output: { ...OUTPUT, result } }));
    expect(build).toMatchObject({ status: 'promoting', result, last_log_chunk: 4, builder_type: 'nixpacks' });
    const other = applied(BUILD_IN.running, ended({ output: { ...OUTPUT, attempt: 2 } }));
    expect(other).toMatchObject({ status: 'failed', error: { code: 'builder_silent' } });
    const unbound = applied(BUILD_IN.submitted, ended({ output: OUTPUT }));
    expect(unbound).toMatchObject({ status: 'failed', error: { code: 'builder_silent' } });
  });

  it('says of a failure what can be known', () => {
    const failure = (exitCode: number | null, detail = '') =>
      applied(BUILD_IN.running, answered(viewOf('failed', { exitCode, detail }))).error;
    expect(failure(137)).toMatchObject({
      code: 'builder_ended',
      message: expect.stringContaining('out of memory'),
    });
    expect(failure(null, 'disk full')).toMatchObject({
      code: 'builder_ended',
      message: expect.stringContaining('disk full'),
    });
    for (const known of [1, 70, 75]) expect(failure(known)).toMatchObject({ code: 'cloud_build_failed' });
    expect(failure(1, 'x'.repeat(9_999))?.message).toHaveLength(4_000);
  });
});

describe('a builder that ended by itself', () => {
  const byItself = [
    viewOf('failed', { exitCode: 1 }),
    viewOf('failed', { exitCode: 70 }),
    viewOf('failed', { exitCode: 75 }),
    viewOf('succeeded'),
  ];

  it('is left to its own report, which then names the cause first', () => {
    for (const view of byItself) {
      expect(transition(BUILD_IN.running, notified(view))).toEqual({
        kind: 'ignored',
        why: expect.stringContaining('own report'),
      });
    }
    const told = applied(BUILD_IN.running, eventNamed('failed'));
    expect(told).toMatchObject({ status: 'failed', error: { code: 'install_failed', source: 'builder' } });
  });

  it('is not waited for where it is asked about, or redeemed no token, or did not end so', () => {
    for (const view of byItself) {
      expect(applied(BUILD_IN.running, answered(view)).status).toBe('failed');
      expect(applied(BUILD_IN.submitted, notified(view)).status).toBe('failed');
    }
    for (const exitCode of [null, 2, 137, 143]) {
      const notice = notified(viewOf('failed', { exitCode }));
      expect(applied(BUILD_IN.running, notice).error?.code).toBe('builder_ended');
    }
    const withOutput = notified(viewOf('succeeded', { output: { ...OUTPUT, attempt: 2 } }));
    expect(applied(BUILD_IN.running, withOutput).error?.code).toBe('builder_silent');
  });

  it('ends a cancel at once: no report of it counts any more', () => {
    for (const view of byItself) {
      expect(transition(BUILD_IN.cancelling, notified(view))).toMatchObject({
        kind: 'applied',
        build: { status: 'cancelled' },
      });
    }
  });
});

describe('a refused result', () => {
  it('fails the running build, as the service’s own finding, with nothing of the result', () => {
    const { error, ...build } = applied(BUILD_IN.running, eventNamed('disproved'));
    expect(error).toEqual({ code: 'digest_mismatch', message: 'staging has another', source: 'service' });
    expect(build).toMatchObject({
      status: 'failed',
      result: null,
      finished_at: NOW,
      effects: [wake, REPORT],
    });
  });

  it('is not replaced by what the builder says later; its last log chunk is taken', () => {
    const refused = applied(BUILD_IN.running, eventNamed('disproved'));
    for (const late of [FAILED, BUILT]) {
      expect(applied(refused, reported(late))).toEqual({ ...refused, last_log_chunk: 4, updated_at: NOW });
    }
  });
});

it('keeps the stages that know more when a late report or the result knows less', () => {
  const clone = { name: 'clone', started_at: T0, finished_at: T0 + 1 } as const;
  const plan = { name: 'plan', started_at: T0 + 1, finished_at: null } as const;
  const running = { ...BUILD_IN.running, stages: [clone, plan] };
  expect(transition(running, reported({ type: 'progress', stages: [clone], builder_type: null })).kind).toBe(
    'ignored',
  );
  const typed = applied(running, reported({ type: 'progress', stages: [clone], builder_type: 'dockerfile' }));
  expect(typed).toMatchObject({ stages: [clone, plan], builder_type: 'dockerfile' });
  expect(applied(running, reported({ ...BUILT, stages: [clone] })).stages).toEqual([clone, plan]);
  expect(applied(running, reported({ ...FAILED, stages: [] })).stages).toEqual([clone, plan]);
});
