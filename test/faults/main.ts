import { parseArgs } from 'node:util';
import { z } from 'zod';
import { FOUND_LATE, FOUND_SOON } from './mutants.ts';
import { runReal } from './real.ts';
import { runInMemory } from './run.ts';
import { report, trace } from './trace.ts';

const DEFAULT_RUNS = 2000;
const TELL_EVERY_MS = 3000;
const MUTANT_RUNS = 3000;

const Count = z.coerce.number().int().nonnegative();
const Options = z.object({
  seed: Count.default(() => Math.floor(Math.random() * 0x7fffffff)),
  runs: Count.default(DEFAULT_RUNS),
  real: Count.default(0),
  mutants: z.boolean().default(false),
});

/** `npm run test:faults -- [--seed N] [--runs N] [--real N] [--mutants]`. Returns the exit code. */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      runs: { type: 'string' },
      real: { type: 'string' },
      mutants: { type: 'boolean' },
    },
  });
  const { seed, runs, real, mutants } = Options.parse(values);
  if (mutants) return findMutants(seed);
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

/** Whether the schedules still find every bug that is put in on purpose. */
async function findMutants(seed: number): Promise<number> {
  let missed = 0;
  for (const [name, mutant] of Object.entries({ ...FOUND_SOON, ...FOUND_LATE })) {
    const { failure } = await runInMemory({ seed, runs: MUTANT_RUNS, mutant, shrink: false });
    if (failure === null) missed += 1;
    console.log(`${failure ? `found in run ${failure.run}` : 'NOT FOUND'}: ${name}`);
  }
  return missed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
