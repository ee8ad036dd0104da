import { describe, expect, it } from 'vitest';
import { Build } from '#core/build.ts';
import type { EventOf } from '#core/events.ts';
import { REPORT } from '#core/reporting.ts';
import { transition } from '#core/transition.ts';
import { aResult, T0 } from '#test/support/memory/examples.ts';
import { BUILD_IN, BUILT, calledBack, FAILED, NOW } from './transition-examples.ts';

const RUNNING = calledBack({ type: 'progress', stages: [], builder_type: null });
const SUCCEEDED = calledBack(BUILT);
const fresh: Build = { ...BUILD_IN.running, callbacks: [] };

/** The build after callbacks that all are accepted. */
function told(build: Build, ...events: EventOf<'called_back'>[]): Build {
  return events.reduce((current, event) => {
    const outcome = transition(current, event);
    if (outcome.kind !== 'applied') throw new Error(`${outcome.kind}: ${outcome.why}`);
    return outcome.build;
  }, build);
}

describe('called_back', () => {
  it('keeps that it runs, and changes nothing else', () => {
    expect(told(fresh, RUNNING)).toEqual({ ...fresh, callbacks: ['RUNNING'], updated_at: NOW });
  });

  it('takes a success as it takes the report of a builder that publishes, without a log', () => {
    const report = { ...BUILT, last_log_chunk: null };
    expect(told(fresh, RUNNING, calledBack(report))).toMatchObject({
      status: 'promoting',
      promoting_at: NOW,
      callbacks: ['RUNNING', 'SUCCEEDED'],
      result: aResult(),
      builder_type: 'nixpacks',
      last_log_chunk: null,
      effects: [{ kind: 'promote' }],
    });
  });

  it('takes a failure with its cause, its stages and its builder', () => {
    const stages = [{ name: 'clone', started_at: T0, finished_at: T0 + 1 }] as const;
    const report = { ...FAILED, stages: [...stages] };
    expect(told(fresh, RUNNING, { ...calledBack(report), builder_type: 'dockerfile' })).toMatchObject({
      status: 'failed',
      callbacks: ['RUNNING', 'FAILED'],
      error: { code: 'install_failed', message: 'npm ci failed', source: 'builder' },
      builder_type: 'dockerfile',
      stages,
      effects: [{ kind: 'wake_submit' }, REPORT],
    });
  });

  it('lets the builder’s cause stand where Cloud Build was faster to say that it ended', () => {
    const error = { code: 'builder_ended', message: 'killed', source: 'cloud_build' } as const;
    const vague: Build = { ...BUILD_IN.running, status: 'failed', error, finished_at: T0 + 5 };
    const said = told(vague, calledBack(FAILED));
    expect(said).toMatchObject({
      status: 'failed',
      error: { code: 'install_failed', source: 'builder' },
      finished_at: T0 + 5,
      effects: [REPORT],
    });
    expect(transition(said, calledBack(FAILED))).toMatchObject({ kind: 'illegal' });
    expect(transition(vague, SUCCEEDED)).toEqual({ kind: 'illegal', why: 'the build is failed' });
  });

  const deadline = T0 + fresh.timeout_s * 1000;

  it('counts until the deadline, and not after it', () => {
    const said = told(fresh, RUNNING);
    expect(told(said, { ...SUCCEEDED, at: deadline })).toMatchObject({ status: 'promoting' });
    const late = { kind: 'illegal', why: 'the deadline of this attempt is over' };
    expect(transition(said, { ...SUCCEEDED, at: deadline + 1 })).toEqual(late);
    expect(transition(fresh, { ...RUNNING, at: deadline + 1 })).toEqual(late);
  });

  it.each([
    ['a repeat', told(fresh, RUNNING), RUNNING, 'RUNNING was said already'],
    ['an end before it ran', fresh, SUCCEEDED, 'SUCCEEDED is out of order'],
    ['a failure before it ran', fresh, calledBack(FAILED), 'FAILED is out of order'],
    ['a failure after the success', told(fresh, RUNNING, SUCCEEDED), calledBack(FAILED), 'promoting'],
    ['a success after the failure', told(fresh, RUNNING, calledBack(FAILED)), SUCCEEDED, 'failed'],
    ['another attempt', fresh, { ...RUNNING, attempt: 2 }, 'another attempt took over'],
    ['an attempt that nobody redeemed', { ...fresh, bound: false }, RUNNING, 'no builder redeemed'],
    ['a build that waits', BUILD_IN.submitted, RUNNING, 'the build is submitted'],
    ['a cancelled build', BUILD_IN.cancelling, RUNNING, 'the build is cancelling'],
  ] as const)('refuses %s, and says why', (_, build, event, why) => {
    const outcome = transition(build, event);
    expect(outcome).toEqual({ kind: 'illegal', why: expect.stringContaining(why) });
  });

  it('starts anew with each attempt', () => {
    const queued: Build = { ...BUILD_IN.queued, attempt: 1, callbacks: ['RUNNING'] };
    const claimed = transition(queued, { type: 'claimed', at: NOW });
    expect(claimed).toMatchObject({ kind: 'applied', build: { attempt: 2, callbacks: [] } });
  });

  it('reads a document from before there were callbacks', () => {
    const { callbacks: _, ...old } = fresh;
    expect(Build.parse(old)).toEqual(fresh);
  });
});
