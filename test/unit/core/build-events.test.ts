import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import { eventsOfChange, eventsOfCreation } from '#core/build-events.ts';
import { DomainEvent } from '#core/domain-events.ts';
import type { BuildEvent, BuilderReport } from '#core/events.ts';
import { transition } from '#core/transition.ts';
import { aBuild, aResult, T0 } from '#test/support/memory/examples.ts';
import { BUILD_IN, BUILT } from './transition-examples.ts';

const named = (events: readonly DomainEvent[]) => events.map(({ event }) => event);
/** What an event tells of a build, each in the shape that the log promises. */
function told(build: Build, event: BuildEvent): DomainEvent[] {
  const outcome = transition(build, event);
  if (outcome.kind !== 'applied') throw new Error(outcome.why);
  return eventsOfChange(build, outcome.build).map((one) => DomainEvent.parse(one));
}
const about = { build_id: aBuild('x').id, team: 'acme', repository: 'acme/shop' };
const reported = { type: 'reported', attempt: 1, cloud_build_id: 'cb-1' } as const;
const failed = (code: 'build_failed' | 'internal' | 'clone_failed') =>
  told(
    { ...BUILD_IN.running, submitting_at: T0 + 1000, queued_at: T0 },
    {
      ...reported,
      at: T0 + 9000,
      report: { type: 'failed', stages: [], code, message: 'no', fault: 'user', last_log_chunk: null },
    },
  );

describe('a new build', () => {
  it('says where it comes from', () => {
    expect(eventsOfCreation(aBuild('x'))).toEqual([
      {
        event: 'build_created',
        ...about,
        origin: 'delivery',
        delivery_id: 'd-1',
        trusted: true,
        status: 'queued',
      },
    ]);
    const asked = aBuild('x', { origin: { kind: 'api', caller_id: 'somebody@acme.example' } });
    expect(JSON.stringify(eventsOfCreation(asked))).not.toContain('somebody');
  });

  it('that failed before it began has ended too', () => {
    const error = { code: 'config_invalid', message: 'no', source: 'service' } as const;
    const build = aBuild('x', { status: 'failed', error, finished_at: T0 });
    expect(named(eventsOfCreation(build))).toEqual(['build_created', 'build_ended']);
  });
});

describe('the way of a build', () => {
  it('is one event for each state that it enters', () => {
    expect(named(told(BUILD_IN.waiting_approval, { type: 'approved', at: T0 + 1 }))).toEqual([
      'build_approved',
    ]);
    expect(told({ ...BUILD_IN.queued, queued_at: T0 }, { type: 'claimed', at: T0 + 700 })).toEqual([
      { event: 'build_claimed', ...about, attempt: 1, wait_ms: 700 },
    ]);
    const created = { type: 'cloud_build_created', at: T0 + 1, attempt: 1, cloud_build_id: 'cb-1' } as const;
    expect(told(BUILD_IN.submitting, created)).toEqual([
      { event: 'build_submitted', ...about, attempt: 1, cloud_build_id: 'cb-1' },
    ]);
    const exchanged = { type: 'exchanged', at: T0 + 900, attempt: 1, cloud_build_id: 'cb-1' } as const;
    expect(told({ ...BUILD_IN.submitted, submitting_at: T0 + 700 }, exchanged)).toEqual([
      { event: 'build_started', ...about, attempt: 1, start_ms: 200 },
    ]);
    expect(named(told(BUILD_IN.running, { ...reported, at: T0 + 1, report: BUILT }))).toEqual([
      'build_promoting',
    ]);
    expect(named(told(BUILD_IN.running, { type: 'cancel_requested', at: T0 + 1 }))).toEqual([
      'build_cancelling',
    ]);
  });

  it('is silent where a build stays in its state', () => {
    expect(told({ ...BUILD_IN.queued, order: null }, { type: 'stamped', at: T0 + 1, order: 3 })).toEqual([]);
  });

  it('ends with how, why, by whose fault and how long', () => {
    expect(failed('build_failed')).toEqual([
      {
        event: 'build_ended',
        ...about,
        attempt: 1,
        ...{ status: 'failed', cause: 'build_failed', fault: 'user' },
        ...{ wait_ms: 1000, duration_ms: 8000, cache: 'unknown', builder_type: null },
      },
    ]);
    expect(failed('internal')).toMatchObject([{ fault: 'service' }]);
    expect(failed('clone_failed')).toMatchObject([{ fault: 'outside' }]);
    expect(told(BUILD_IN.promoting, { type: 'promoted', at: T0 + 1 })).toMatchObject([
      { status: 'succeeded', cause: null, fault: null },
    ]);
    expect(told(BUILD_IN.queued, { type: 'cancel_requested', at: T0 + 1 })).toMatchObject([
      { status: 'cancelled', fault: null, duration_ms: null, wait_ms: null },
    ]);
  });

  it('tells a build that nobody approved from one that found no slot', () => {
    const event = { type: 'queue_expired', at: T0 + 1 } as const;
    expect(told(BUILD_IN.queued, event)).toMatchObject([{ cause: 'queue_timeout', fault: 'service' }]);
    expect(told(BUILD_IN.waiting_approval, event)).toMatchObject([
      { cause: 'approval_timeout', fault: null },
    ]);
  });

  it('has a clearer cause that comes later as another event, and no second end', () => {
    const error = { code: 'cloud_build_failed', message: 'exit 1', source: 'cloud_build' } as const;
    const build = { ...BUILD_IN.failed, error };
    const report = (last_log_chunk: number | null): BuilderReport => ({
      type: 'failed',
      stages: [],
      code: 'build_failed',
      message: 'no',
      fault: 'user',
      last_log_chunk,
    });
    expect(told(build, { ...reported, at: T0 + 9, report: report(null) })).toEqual([
      { event: 'build_explained', ...about, cause: 'build_failed', earlier_cause: 'cloud_build_failed' },
    ]);
    const late = { ...BUILD_IN.failed, last_log_chunk: null };
    expect(told(late, { ...reported, at: T0 + 9, report: report(7) })).toEqual([]);
  });
});

describe('the use of a cache', () => {
  const use = (
    steps: { total: number; cached: number } | undefined,
    cache: 'on' | 'off' | 'refresh' = 'on',
  ) => {
    const result = { ...aResult(), ...(steps && { steps }) };
    const build = { ...BUILD_IN.promoting, result, config: { ...DEFAULT_CONFIG, cache } };
    const [end] = told(build, { type: 'promoted', at: T0 + 1 });
    return end?.event === 'build_ended' ? end.cache : null;
  };

  it.each([
    [{ total: 4, cached: 4 }, 'hit'],
    [{ total: 4, cached: 1 }, 'partial'],
    [{ total: 4, cached: 0 }, 'miss'],
    [{ total: 0, cached: 0 }, 'unknown'],
    [undefined, 'unknown'],
  ])('of %o is %s', (steps, expected) => {
    expect(use(steps)).toBe(expected);
  });

  it('is none where nothing is read of it', () => {
    expect([use({ total: 4, cached: 4 }, 'off'), use({ total: 4, cached: 0 }, 'refresh')]).toEqual([
      'off',
      'off',
    ]);
  });
});
