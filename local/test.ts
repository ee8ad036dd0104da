import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { runFuzz } from '#test/fuzz/run.ts';
import { runChecks } from './checks.ts';
import { readMachine } from './machine.ts';
import { ROOT } from './root.ts';
import { setUpTerraform } from './setup/index.mjs';
import { SetUpFailed } from './setup/problem.mjs';

/** What vitest's JSON reporter says of a run. */
const Report = z.object({
  success: z.boolean(),
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
});

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const FUZZ_CASES = 500;
const PROJECTS = ['unit', 'contract', 'terraform', 'emulator', 'e2e'];

const machine = await readMachine();
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
add(await runChecks());
for (const project of PROJECTS) add(await (project === 'terraform' ? runTerraform() : runProject(project)));
add(await fuzz());

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed > 0 ? 1 : 0);

/** Those of terraform/ need Google's provider, or its stand-in: a machine that has neither says so, and counts one. */
async function runTerraform(): Promise<Counts> {
  try {
    await setUpTerraform();
  } catch (error) {
    if (!(error instanceof SetUpFailed)) throw error;
    console.log('\n── terraform tests are not run');
    for (const { what, why } of error.problems) console.log(`${what}: ${why}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return runProject('terraform');
}

/** Runs one kind of tests. A run that ends badly without naming a failed test counts as one. */
async function runProject(project: string): Promise<Counts> {
  console.log(`\n── ${project} tests`);
  const start = Date.now();
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-report-'));
  const file = join(dir, 'report.json');
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  const env = { BITFLOW_TEST_ENGINE: JSON.stringify(machine.engine) };
  const run = await execa('vitest', args, {
    cwd: ROOT,
    preferLocal: true,
    reject: false,
    stdio: 'inherit',
    env,
  });
  const text = await readFile(file, 'utf8').catch(() => null); // none: the run died, which is counted below
  await rm(dir, { recursive: true, force: true });
  const report = text === null ? null : Report.parse(JSON.parse(text));
  const counts = {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: skippedOf(report),
  };
  if (run.failed && counts.failed === 0) counts.failed = 1;
  if (project === 'e2e' && process.env.CI === 'true') {
    counts.failed += counts.skipped; // there, a skipped end-to-end test is one that was not shown to work
    counts.skipped = 0;
  }
  console.log(
    `${project}: ${counts.passed} passed, ${counts.failed} failed in ${((Date.now() - start) / 1000).toFixed(0)} s`,
  );
  return counts;
}

/** Fewer cases than `npm run test:fuzz` makes by itself; each run with a seed of its own. */
async function fuzz(): Promise<Counts> {
  console.log('\n── the API against its own document');
  const never = new Promise<never>(() => undefined);
  const outcome = await runFuzz(machine, { cases: FUZZ_CASES }, (line) => console.log(line), never).catch(
    (error: unknown) => {
      console.error(error);
      return { cases: 0, failures: 1 };
    },
  );
  const { cases, failures } = outcome;
  console.log(`fuzz: ${cases} cases, ${failures} failures`);
  return { passed: failures === 0 ? 1 : 0, failed: failures, skipped: 0 };
}

function skippedOf(report: z.infer<typeof Report> | null): number {
  return (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
}

function add(counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
