import fc from 'fast-check';
import { schedules } from './arbitrary.ts';
import type { Schedule } from './schedule.ts';
import { type Mutant, play } from './world.ts';

/** How many smaller schedules are tried, once one failed. */
const TRIES_TO_SHRINK = 1500;

/** A schedule in which something went wrong, as small as it could be made. */
export interface Failure {
  readonly violation: string;
  readonly schedule: Schedule;
  /** Which run of the seed it was, from 1. */
  readonly run: number;
}

/** What many runs came to. */
export interface Report {
  readonly runs: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly failure: Failure | null;
}

/**
 * Plays random schedules in memory until one breaks an invariant; that one is made smaller.
 * @param options.onRun called after each run.
 */
export async function runInMemory(options: {
  readonly seed: number;
  readonly runs: number;
  readonly mutant?: Mutant;
  readonly shrink?: boolean;
  readonly onRun?: (runs: number) => void;
}): Promise<Report> {
  const counts = new Map<string, number>();
  let runs = 0;
  let smaller = 0;
  let broken = false;
  const property = fc.asyncProperty(schedules, async (schedule) => {
    // Small enough: whatever is tried after this counts as harmless, which ends the search.
    if (broken && smaller++ > TRIES_TO_SHRINK) return;
    const verdict = await play(schedule, options.mutant ? { mutant: options.mutant } : {});
    if (!broken) {
      runs += 1;
      for (const [what, count] of verdict.counts) counts.set(what, (counts.get(what) ?? 0) + count);
      options.onRun?.(runs);
    }
    if (verdict.violation === null) return;
    broken = true;
    throw new Error(verdict.violation);
  });
  const { seed, runs: numRuns, shrink = true } = options;
  const details = await fc.check(property, { seed, numRuns, endOnFailure: !shrink });
  const [schedule] = details.counterexample ?? [];
  if (!details.failed || schedule === undefined) return { runs, counts, failure: null };
  const violation = details.errorInstance instanceof Error ? details.errorInstance.message : 'unknown';
  return { runs, counts, failure: { violation, schedule, run: details.numRuns } };
}
