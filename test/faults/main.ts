import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runReal } from './real.ts';
import { runInMemory } from './run.ts';
import { report, trace } from './trace.ts';

const DEFAULT_RUNS = 2000;
const TELL_EVERY_MS = 3000;

const Count = z.coerce.number().int().nonnegative();
const Options = z.object({
  seed: Count.default(() => Math.floor(Math.random() * 0x7fffffff)),
  runs: Count.default(DEFAULT_RUNS),
  real: Count.default(0),
});

/** `npm run test:faults -- [--seed N] [--runs N] [--real N]`. Returns the exit code. */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { seed: { type: 'string' }, runs: { type: 'string' }, real: { type: 'string' } },
  });
  const { seed, runs, real } = Options.parse(values);
  if (runs > 0 && !(await inMemory(seed, runs))) return 1;
  return real === 0 ? 0 : runReal({ seed, runs: real });
}

/** @returns whether every run held. */
async function inMemory(seed: number, runs: number): Promise<boolean> {
  console.log(`seed ${seed}, ${runs} runs in memory`);
  const start = Date.now();
  let told = start;
  const result = await runInMemory({
    seed,
    runs,
    onRun: (done) => {
      if (Date.now() - told < TELL_EVERY_MS) return;
      told = Date.now();
      console.log(`${done} runs, ${Math.round((done * 60_000) / (told - start))} a minute`);
    },
  });
  console.log(report(result, Date.now() - start));
  if (result.failure !== null) {
    console.log(await trace(result.failure, seed));
    return false;
  }
  return true;
}

process.exitCode = await main(process.argv.slice(2));
