import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneAtATime } from '#use-cases/one-at-a-time.ts';

/** A piece of work that a test ends, and how many of it run at once. */
function aWork() {
  const runs: { done: () => void; fail: (error: Error) => void }[] = [];
  const count = { now: 0, most: 0 };
  const ask = oneAtATime(() => {
    count.now += 1;
    count.most = Math.max(count.most, count.now);
    return new Promise<void>((resolve, reject) => {
      runs.push({ done: resolve, fail: reject });
    }).finally(() => {
      count.now -= 1;
    });
  });
  return { ask, runs, count };
}

/** Lets everything that is ready to go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Whether a promise has ended, and how. */
function watched(promise: Promise<void>): { state: 'open' | 'done' | string } {
  const seen: { state: string } = { state: 'open' };
  promise.then(
    () => {
      seen.state = 'done';
    },
    (error: Error) => {
      seen.state = error.message;
    },
  );
  return seen;
}

describe('oneAtATime', () => {
  it('runs at once where nothing runs, and again when it is asked after', async () => {
    const { ask, runs } = aWork();
    const first = ask();
    expect(runs).toHaveLength(1);
    runs[0]?.done();
    await first;
    await settle();
    const second = watched(ask());
    expect(runs).toHaveLength(2);
    runs[1]?.done();
    await settle();
    expect(second.state).toBe('done');
  });

  it('serves a burst with two runs: the second starts after all of them asked', async () => {
    const { ask, runs, count } = aWork();
    const asked = Array.from({ length: 100 }, () => watched(ask()));
    await settle();
    expect(runs).toHaveLength(1);
    runs[0]?.done();
    await settle();
    expect(asked.map(({ state }) => state)).toEqual(['done', ...Array(99).fill('open')]);
    expect(runs).toHaveLength(2);
    runs[1]?.done();
    await settle();
    expect(asked.every(({ state }) => state === 'done')).toBe(true);
    expect(runs).toHaveLength(2);
    expect(count.most).toBe(1);
  });

  it('tells a failure to those who asked for that run, and runs for the others', async () => {
    const { ask, runs } = aWork();
    const asked = [ask(), ask(), ask()].map(watched);
    runs[0]?.fail(new Error('first'));
    await settle();
    expect(asked.map(({ state }) => state)).toEqual(['first', 'open', 'open']);
    const late = watched(ask());
    runs[1]?.fail(new Error('second'));
    await settle();
    expect(asked.map(({ state }) => state)).toEqual(['first', 'second', 'second']);
    expect(late.state).toBe('open');
    runs[2]?.done();
    await settle();
    expect(late.state).toBe('done');
  });

  it('forgets a failure: who asks later gets a run of their own', async () => {
    const { ask, runs } = aWork();
    const failed = watched(ask());
    runs[0]?.fail(new Error('no'));
    await settle();
    const next = watched(ask());
    runs[1]?.done();
    await settle();
    expect([failed.state, next.state]).toEqual(['no', 'done']);
  });

  it('loses nobody: a run starts after each ask, and no two run at once', async () => {
    const steps = fc.array(fc.constantFrom('ask', 'ask', 'done', 'fail', 'settle'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { ask, runs, count } = aWork();
        const asked: { seen: ReturnType<typeof watched>; runsBefore: number }[] = [];
        let ended = 0;
        const end = async (how: 'done' | 'fail') => {
          if (ended >= runs.length) return;
          const run = runs[ended];
          ended += 1;
          if (how === 'done') run?.done();
          else run?.fail(new Error('no'));
          await settle();
        };
        for (const step of all) {
          if (step === 'ask') {
            asked.push({ runsBefore: runs.length, seen: watched(ask()) });
          } else if (step === 'settle') await settle();
          else await end(step as 'done' | 'fail');
          for (const { seen, runsBefore } of asked) {
            if (seen.state !== 'open') expect(ended).toBeGreaterThan(runsBefore);
          }
        }
        for (let left = 0; left < 3; left++) await end('done');
        expect(asked.every(({ seen }) => seen.state !== 'open')).toBe(true);
        expect(count.most).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  it('runs no two at once where the one who asked first asks again', async () => {
    const { ask, runs, count } = aWork();
    const first = ask().then(() => ask());
    const second = ask();
    runs[0]?.done();
    await settle();
    for (const run of runs) run.done();
    await settle();
    for (const run of runs) run.done();
    await Promise.all([first, second]);
    expect(count.most).toBe(1);
  });
});
