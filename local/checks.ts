import { execa } from 'execa';
import { ROOT } from './root.ts';

/** What main always passes: each is one tool, and says itself what is wrong. */
const CHECKS = [
  { name: 'format, lint, imports', command: 'biome', args: ['ci', '--reporter=summary', '.'] },
  { name: 'types', command: 'tsc', args: ['--project', '.'] },
  { name: 'dead code', command: 'knip', args: [] },
] as const;

export const CHECK_COUNT = CHECKS.length;

/** Runs every check, also after one that failed. @returns how many failed. */
export async function runChecks(): Promise<number> {
  let failed = 0;
  for (const { name, command, args } of CHECKS) {
    const start = Date.now();
    const result = await execa(command, args, { cwd: ROOT, preferLocal: true, reject: false, all: true });
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    console.log(`${result.failed ? 'FAILED' : 'ok    '} ${name.padEnd(22)} ${seconds} s`);
    if (!result.failed) continue;
    failed += 1;
    console.log(result.all);
  }
  return failed;
}
