import type { Machine } from '#local/machine.ts';
import { functionNames } from '#ops/bundle/functions.ts';
import { startBare } from './bare-function.ts';
import { type BenchStack, startBenchStack } from './bench-stack.ts';
import { measureBuilds } from './builds.ts';
import { countBuilds } from './counting/counts.ts';
import { machineFacts } from './machine-facts.ts';
import { peakMemory } from './memory.ts';
import type { BenchOptions } from './options.ts';
import { buildFigures, type Report, targetsOf, webhookFigures } from './report.ts';
import { measureWebhooks } from './webhooks.ts';

/**
 * Measures on one stack, counts on another, and says how far it is while it goes.
 * @param interrupted rejects where the run shall end early; the stack is taken down first.
 */
export async function runBench(
  machine: Machine,
  { rounds, only }: Pick<BenchOptions, 'rounds' | 'only'>,
  say: (line: string) => void,
  interrupted: Promise<never>,
): Promise<Report> {
  const facts = await machineFacts(machine.git);
  const functions = await functionNames();
  say('Starting the stack');
  const bench = await startBenchStack(machine, say);
  const measuring = measure(machine, bench, { rounds, only }, say);
  const measured = await Promise.race([measuring, interrupted]).finally(() => bench.stack.stop());
  if (only !== 'webhooks') say('Counting, on a stack of its own');
  const counts = only === 'webhooks' ? null : await countBuilds(machine, say, interrupted);
  return {
    version: 1,
    at: new Date().toISOString(),
    machine: facts,
    rounds,
    ...measured,
    counts,
    functions,
    targets: targetsOf({ ...measured, functions }),
  };
}

async function measure(
  machine: Machine,
  bench: BenchStack,
  { rounds, only }: Pick<BenchOptions, 'rounds' | 'only'>,
  say: (line: string) => void,
): Promise<Pick<Report, 'builds' | 'webhooks' | 'memory'>> {
  let builds: Report['builds'] = null;
  if (only !== 'webhooks') {
    say('Building by hand and through the service');
    const { first, unchanged, edit } = await measureBuilds(machine, bench, rounds, say);
    builds = { first: buildFigures(first), unchanged: buildFigures(unchanged), edit: buildFigures(edit) };
  }
  const { pids } = bench.stack.info;
  if (only === 'builds') return { builds, webhooks: null, memory: await peakMemory(pids) };
  say('Delivering webhooks');
  const bare = await startBare(machine, bench.stack.dir, bench.commonEnv);
  try {
    const webhooks = webhookFigures(await measureWebhooks(bench.stack, bare, rounds, say));
    return { builds, webhooks, memory: await peakMemory({ ...pids, bare: bare.pid }) };
  } finally {
    await bare.stop();
  }
}
