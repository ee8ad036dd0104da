import { cpus, loadavg, totalmem } from 'node:os';
import { execa } from 'execa';
import { ROOT } from '#local/root.ts';

/** Where and on what the figures were taken: without it they mean nothing. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memory_bytes: number;
  /** The load of the last minute before the run: more than a little, and others had a part in the figures. */
  readonly load_before: number;
  readonly node: string;
  /** The commit, with `+` where files were changed since. */
  readonly commit: string;
}

export async function machineFacts(git: string): Promise<MachineFacts> {
  const run = async (...args: string[]) => (await execa(git, ['-C', ROOT, ...args])).stdout;
  const [commit, changed] = await Promise.all([
    run('rev-parse', '--short=12', 'HEAD'),
    run('status', '--porcelain'),
  ]);
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_bytes: totalmem(),
    load_before: loadavg()[0] ?? Number.NaN,
    node: process.version,
    commit: changed === '' ? commit : `${commit}+`,
  };
}
