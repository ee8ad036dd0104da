import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schedules } from '#test/faults/arbitrary.ts';
import { FOUND_SOON } from '#test/faults/mutants.ts';
import { runInMemory } from '#test/faults/run.ts';
import { trace } from '#test/faults/trace.ts';
import { play } from '#test/faults/world.ts';

const RANDOM_SEED = Math.floor(Math.random() * 0x7fffffff);
const KINDS = [
  'error_before',
  'error_after',
  'effect_late',
  'death_before',
  'death_after',
  'stall_before',
  'stall_after',
];

describe('the whole state machine under random schedules of faults', () => {
  it.each([
    { seed: 4, runs: 100 },
    { seed: RANDOM_SEED, runs: 100 },
  ])('holds for seed $seed', async ({ seed, runs }) => {
    const { failure, counts } = await runInMemory({ seed, runs });
    if (failure !== null) expect.fail(await trace(failure, seed));
    const struck = [
      ...KINDS.map((kind) => `call: ${kind}`),
      ...['message: lost', 'message: doubled', 'kill', 'build: cancelled, superseded'],
    ];
    expect(struck.filter((kind) => (counts.get(kind) ?? 0) < 1)).toEqual([]);
  });

  it('plays a schedule the same way each time', async () => {
    for (const schedule of fc.sample(schedules, { seed: 1, numRuns: 5 })) {
      const [first, second] = [
        await play(schedule, { traced: true }),
        await play(schedule, { traced: true }),
      ];
      expect(first.steps.length).toBeGreaterThan(10);
      expect(second).toEqual(first);
    }
  });

  it.each(Object.entries(FOUND_SOON))('finds it where %s', async (_name, mutant) => {
    const { failure } = await runInMemory({ seed: 1, runs: 300, mutant, shrink: false });
    expect(failure?.violation).toBeDefined();
  });
});
