import { join } from 'node:path';
import { startFunction, unpackFunctions } from '#local/functions.ts';
import type { Machine } from '#local/machine.ts';
import { freeAddresses } from '#local/ports.ts';
import { Processes } from '#local/processes.ts';
import { ROOT } from '#local/root.ts';
import { bundle } from '#ops/bundle/functions.ts';

export interface BareFunction {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Bundles and starts the bare function exactly as the stack does with its own. `dir` is the stack's. */
export async function startBare(
  machine: Machine,
  dir: string,
  env: Readonly<Record<string, string>>,
): Promise<BareFunction> {
  // Below the repository's own folder, like the others: the framework is looked up from there.
  const out = join(ROOT, 'dist', 'bench');
  await unpackFunctions(await bundle({ bare: join(ROOT, 'test/bench/bare') }), out);
  const processes = new Processes(join(dir, 'logs'));
  const [address = ''] = await freeAddresses(1);
  try {
    await startFunction(processes, machine, { name: 'bare', address, env, out });
  } catch (error) {
    await processes.stopAll();
    throw error;
  }
  return {
    url: `http://${address}/`,
    pid: processes.pids.bare ?? 0,
    stop: () => processes.stopAll(),
  };
}
