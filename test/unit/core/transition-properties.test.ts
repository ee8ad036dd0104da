import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Build, BuildStatus, isTerminal } from '#core/build.ts';
import type { BuildEvent } from '#core/events.ts';
import { transition } from '#core/transition.ts';
import { events, start } from './transition-arbitraries.ts';

/** Every step of a build through some events: the build before, the event, and the build after it. */
function run(first: Build, all: readonly BuildEvent[]) {
  let build = first;
  return all.map((event) => {
    const before = build;
    const outcome = transition(before, event);
    build = outcome.kind === 'applied' ? outcome.build : before;
    return { before, event, outcome, after: build };
  });
}

/** The Cloud Build that an event says it is of; a callback's token says only the attempt. */
function spokenOf(event: BuildEvent) {
  if (event.type === 'reported') return { attempt: event.attempt, cloud_build_id: event.cloud_build_id };
  if (event.type === 'called_back') return { attempt: event.attempt };
  return event.type === 'cloud_build_changed' && { cloud_build_id: event.view.id };
}

/** The fields by which people and programs see how a build ended. */
function ending(build: Build) {
  const {
    status,
    reason,
    result,
    error,
    finished_at,
    attempt: last,
    order,
    stages: told,
    moved_tags,
  } = build;
  return { status, reason, result, error, finished_at, last, order, told, moved_tags };
}

const steps = (check: (all: ReturnType<typeof run>) => void, numRuns = 1_000) =>
  fc.assert(
    fc.property(start, events, (first, all) => check(run(first, all))),
    { numRuns },
  );

describe('transition, any events in any order', () => {
  it('gets into every state (the properties below say something)', () => {
    const seen = new Set<BuildStatus>();
    steps((all) => {
      for (const step of all) seen.add(step.after.status);
    }, 8_000); // the rarest state is missed by one thousand runs in some dozens
    expect([...seen].toSorted()).toEqual([...BuildStatus.options].toSorted());
  });

  it('never changes how a build ended, but for the builder’s cause in place of Cloud Build’s', () =>
    steps((all) => {
      for (const { before, event, after } of all) {
        if (!isTerminal(before.status)) continue;
        const isException =
          (event.type === 'reported' || event.type === 'called_back') &&
          event.report.type === 'failed' &&
          before.error?.source === 'cloud_build';
        if (isException && after.error?.source === 'builder') {
          expect(ending(after)).toEqual({ ...ending(before), error: after.error, told: after.stages });
        } else expect(ending(after)).toEqual(ending(before));
      }
    }));

  it('never counts attempts down, and never loses a stage within one', () =>
    steps((all) => {
      for (const { before, after } of all) {
        expect(after.attempt).toBeGreaterThanOrEqual(before.attempt);
        if (after.status === 'queued') continue;
        const known = (build: Build) =>
          build.stages.flatMap((stage) => (stage.finished_at === null ? [1] : [1, 1])).length;
        expect(known(after)).toBeGreaterThanOrEqual(known(before));
      }
    }));

  it('binds at most one Cloud Build to an attempt', () =>
    steps((all) => {
      const bound = new Map<number, Set<string | null>>();
      for (const { after } of all) {
        if (!after.bound) continue;
        bound.set(after.attempt, (bound.get(after.attempt) ?? new Set()).add(after.cloud_build_id));
      }
      for (const ids of bound.values()) expect(ids.size).toBe(1);
    }));

  it('never releases or runs anything after a cancel', () =>
    steps((all) => {
      let cancelled = false;
      for (const { event, outcome, after } of all) {
        if (cancelled) expect(['cancelling', 'cancelled']).toContain(after.status);
        if (cancelled && event.type === 'exchanged') expect(outcome.kind).toBe('illegal');
        const asked = ['cancel_requested', 'superseded', 'disconnected'].includes(event.type);
        cancelled ||= asked && outcome.kind === 'applied';
      }
    }));

  it('releases only what the bound Cloud Build reported', () =>
    steps((all) => {
      for (const { before, event, after } of all) {
        if (before.status === 'promoting' || after.status !== 'promoting') continue;
        expect(before).toMatchObject({ status: 'running', bound: true, ...spokenOf(event) });
        expect(after.effects).toContainEqual({ kind: 'promote' });
      }
    }));

  it('takes each callback of an attempt once: that it runs, then how it ended', () =>
    steps((all) => {
      for (const { before, event, outcome, after } of all) {
        if (event.type === 'claimed' && outcome.kind === 'applied') expect(after.callbacks).toEqual([]);
        else if (event.type !== 'called_back' || outcome.kind !== 'applied') {
          expect(after.callbacks).toEqual(before.callbacks);
        } else {
          const said = { progress: 'RUNNING', built: 'SUCCEEDED', failed: 'FAILED' }[event.report.type];
          expect(after.callbacks).toEqual([...before.callbacks, said]);
          expect(before.callbacks).toEqual(said === 'RUNNING' ? [] : ['RUNNING']);
          expect(before).toMatchObject({ attempt: event.attempt, bound: true });
        }
        if (event.type === 'called_back') expect(outcome.kind).not.toBe('ignored');
      }
    }));

  it('does on a notification what it does when it asked, or nothing', () =>
    steps((all) => {
      for (const { before, event, outcome } of all) {
        if (event.type !== 'cloud_build_changed' || event.asked) continue;
        const asked = transition(before, { ...event, asked: true });
        if (outcome.kind !== 'ignored') expect(outcome).toEqual(asked);
        else if (asked.kind !== 'ignored') {
          const { state, exitCode, output } = event.view;
          const spoke = state === 'succeeded' ? output === null : [1, 70, 75].includes(exitCode ?? 0);
          expect({ spoke, state, bound: before.bound, id: before.cloud_build_id }).toEqual({
            spoke: true,
            state: expect.stringMatching(/^(?:succeeded|failed)$/),
            bound: true,
            id: event.view.id,
          });
        }
      }
    }));

  it('lets a refused result end a running build of that attempt, and no other', () =>
    steps((all) => {
      for (const { before, event, outcome, after } of all) {
        if (event.type !== 'result_refused') continue;
        const due = before.status === 'running' && before.attempt === event.attempt;
        expect(outcome.kind).toBe(due ? 'applied' : 'ignored');
        if (due) expect(after).toMatchObject({ status: 'failed', result: null, moved_tags: [] });
      }
    }));

  it('does nothing more when an event comes twice in a row', () =>
    steps((all) => {
      for (const { event, after } of all) {
        const again = transition(after, event);
        // A claim and a platform's fault are of the moment: the service that sends them holds a lease or a view.
        if (again.kind !== 'applied' || event.type === 'claimed') continue;
        expect({ ...again.build, updated_at: 0, effects: [] }).toEqual({
          ...after,
          updated_at: 0,
          effects: [],
        });
      }
    }));
});
