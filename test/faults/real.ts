import { untilInterrupted } from '#local/until-interrupted.ts';
import { scheduleOf } from './real/arbitrary.ts';
import type { RealVerdict } from './real/play.ts';
import { Player } from './real/player.ts';
import { smallerThan } from './real/shrink.ts';
import { countLines, realTrace } from './real/trace.ts';
import type { Schedule } from './schedule.ts';

/** How many smaller schedules are tried after a failure. */
const MAX_SMALLER = 10;

/**
 * Plays schedules on the real stack, each drawn from a seed of its own, so that one can be played again alone.
 * @returns the exit code.
 */
export async function runReal(options: { readonly seed: number; readonly runs: number }): Promise<number> {
  const player = new Player(() => undefined);
  void untilInterrupted().then(async () => {
    await player.stop();
    process.exit(130);
  });
  try {
    return await playAll(player, options);
  } finally {
    await player.stop();
  }
}

async function playAll(player: Player, { seed, runs }: { seed: number; runs: number }): Promise<number> {
  console.log(`seed ${seed}, ${runs} runs on the real stack`);
  const start = Date.now();
  const verdicts: RealVerdict[] = [];
  for (let run = 0; run < runs; run++) {
    const schedule = scheduleOf(seed + run);
    const verdict = await player.play(schedule);
    verdicts.push(verdict);
    console.log(line(run, seed + run, verdict));
    if (verdict.violation === null) continue;
    console.log(realTrace(seed + run, await smallest(player, { schedule, verdict, smaller: false })));
    return 1;
  }
  const builds = verdicts.reduce((sum, verdict) => sum + verdict.builds.length, 0);
  console.log(`${runs} runs on the real stack in ${seconds(Date.now() - start)}, ${builds} builds`);
  console.log(countLines(verdicts).join('\n'));
  return 0;
}

function line(run: number, seed: number, { builds, counts, ms, violation }: RealVerdict): string {
  const faults = [...counts]
    .filter(([what]) => !what.startsWith('build: '))
    .map(([what, count]) => (count === 1 ? what : `${count} × ${what}`));
  const head = `real ${String(run + 1).padStart(3)}  seed ${seed}  ${seconds(ms).padStart(7)}  ${builds.length} builds`;
  return `${head}  ${violation ?? 'ok'}  (${faults.join(', ') || 'no fault struck'})`;
}

interface Failed {
  readonly schedule: Schedule;
  readonly verdict: RealVerdict;
  readonly smaller: boolean;
}

/** Real time is no seed: a smaller schedule counts where it fails too, in whichever way. */
async function smallest(player: Player, first: Failed): Promise<Failed> {
  let failed = first;
  let tries = 0;
  for (let candidates = smallerThan(failed.schedule); tries < MAX_SMALLER; tries++) {
    const [schedule, ...others] = candidates;
    if (!schedule) break;
    const verdict = await player.play(schedule);
    console.log(`  without some of it: ${verdict.violation ?? 'ok'}`);
    candidates = others;
    if (verdict.violation === null) continue;
    failed = { schedule, verdict, smaller: true };
    candidates = smallerThan(schedule);
  }
  return failed;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
