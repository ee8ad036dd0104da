import type { Schedule } from '../schedule.ts';
import type { RealVerdict } from './play.ts';

/** A schedule that failed: what broke, the schedule, all that was done and seen, and the final documents. */
export function realTrace(
  seed: number,
  failed: { readonly schedule: Schedule; readonly verdict: RealVerdict; readonly smaller: boolean },
): string {
  const { schedule, verdict, smaller } = failed;
  return [
    `FAILED: ${verdict.violation}`,
    '',
    smaller ? 'The smallest schedule of those tried in which something fails:' : 'The schedule:',
    JSON.stringify(schedule, null, 1),
    '',
    ...verdict.steps.map(
      ({ at, actor, action, outcome }) =>
        `${(at / 1000).toFixed(3).padStart(8)} s  ${actor.padEnd(10)} ${action}${outcome && `  → ${outcome}`}`,
    ),
    '',
    ...verdict.documents.map((document) => JSON.stringify(document)),
    '',
    `FAILED: ${verdict.violation}`,
    `again: npm run test:faults -- --runs 0 --real 1 --seed ${seed}`,
  ].join('\n');
}

/** Counts added up, one line for each kind. */
export function countLines(verdicts: readonly RealVerdict[]): string[] {
  const sum = new Map<string, number>();
  for (const { counts } of verdicts)
    for (const [what, count] of counts) sum.set(what, (sum.get(what) ?? 0) + count);
  const rows = [...sum].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return rows.map(([what, count]) => `${String(count).padStart(6)}  ${what}`);
}
