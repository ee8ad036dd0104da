import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scheduleOf } from '#test/faults/real/arbitrary.ts';
import { Player } from '#test/faults/real/player.ts';
import { countLines, realTrace } from '#test/faults/real/trace.ts';

/** `npm run test:faults -- --runs 0 --real 50` plays more of them, by other seeds. */
const SEED = 4000;
const RUNS = 4;

describe('random schedules on the real stack', () => {
  const player = new Player(() => undefined);
  beforeAll(() => player.start());
  afterAll(() => player.stop());

  for (let seed = SEED; seed < SEED + RUNS; seed++) {
    test(`seed ${seed}`, { timeout: 180_000 }, async () => {
      const schedule = scheduleOf(seed);
      const verdict = await player.play(schedule);
      console.log(`seed ${seed}\n${countLines([verdict]).join('\n')}`);
      const trace = () => realTrace(seed, { schedule, verdict, smaller: false });
      expect(verdict.violation, verdict.violation === null ? '' : trace()).toBe(null);
    });
  }
});
