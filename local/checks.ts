import { execa } from 'execa';
import { ROOT } from './root.ts';

/** What main always passes: each is one tool, and says itself what is wrong. */
const CHECKS = [
  { name: 'format, lint, imports', command: 'biome', args: ['ci', '--reporter=summary', '.'] },
  { name: 'types', command: 'tsc', args: ['--project', '.'] },
  { name: 'dead code', command: 'knip', args: [] },
  { name: 'terraform', command: 'terraform', args: ['fmt', '-check', '-recursive', 'terraform'] },
] as const;

/** Runs every check, also after one that failed. @returns how many passed, failed, and could not be run. */
export async function runChecks(): Promise<{ passed: number; failed: number; skipped: number }> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, command, args } of CHECKS) {
    const start = Date.now();
    const result = await execa(command, args, { cwd: ROOT, preferLocal: true, reject: false, all: true });
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    const outcome = result.code === 'ENOENT' ? 'skipped' : result.failed ? 'failed' : 'passed';
    counts[outcome] += 1;
    if (outcome === 'skipped') console.log(`not run ${name}: ${command} is not installed`);
    else console.log(`${result.failed ? 'FAILED' : 'ok    '} ${name.padEnd(22)} ${seconds} s`);
    if (outcome === 'failed') console.log(result.all);
  }
  return counts;
}
