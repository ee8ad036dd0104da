import { execa } from 'execa';
import type { Timed } from './commands.ts';

/** Times (ms) by the command's name. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/**
 * Runs all commands once, then again, so that whatever else the machine does meets each of them. The time is from
 * before the start of the process until its end was seen. Throws where one fails.
 */
export async function inTurns(commands: readonly Timed[], runs: number, warmUps: number): Promise<Samples> {
  const samples = new Map(commands.map(({ name }): [string, number[]] => [name, []]));
  for (let round = -warmUps; round < runs; round += 1)
    for (const { name, file, args, env } of commands) {
      const start = performance.now();
      await execa(file, args, { env, extendEnv: false, stdin: 'ignore', stdout: 'ignore' });
      if (round >= 0) samples.get(name)?.push(performance.now() - start);
    }
  return samples;
}
