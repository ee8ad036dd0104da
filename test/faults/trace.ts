import type { Step } from './context.ts';
import type { Failure, Report } from './run.ts';
import { play } from './world.ts';

/** The trace of a failure: what broke, the smallest schedule, each step of it, and how to see it again. */
export async function trace(failure: Failure, seed: number): Promise<string> {
  const { violation, steps } = await play(failure.schedule, { traced: true });
  return [
    `FAILED: ${violation ?? failure.violation}`,
    '',
    'The smallest schedule in which it happens:',
    JSON.stringify(failure.schedule, null, 1),
    '',
    ...steps.map(line),
    '',
    `FAILED: ${violation ?? failure.violation}`,
    `again: npm run test:faults -- --seed ${seed} --runs ${failure.run}`,
  ].join('\n');
}

function line({ at, actor, action, outcome }: Step): string {
  return `${(at / 1000).toFixed(3).padStart(10)} s  ${actor.padEnd(12)} ${action}${outcome ? `  → ${outcome}` : ''}`;
}

/** What the runs held: each kind of fault and end, how often. */
export function report({ runs, counts }: Report, ms: number): string {
  const rows = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    `${runs} runs in ${(ms / 1000).toFixed(1)} s, ${Math.round((runs * 60_000) / Math.max(1, ms))} a minute`,
    ...rows.map(([what, count]) => `${String(count).padStart(9)}  ${what}`),
  ].join('\n');
}
