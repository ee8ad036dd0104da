import { execa } from 'execa';
import type { Machine } from './machine.ts';

/** Containers that outlived their server, by the label that each carries. */
export async function removeContainers(machine: Machine, stackId: string): Promise<void> {
  const { command, globalArgs } = machine.engine;
  const filter = ['--filter', `label=bitflow.stack=${stackId}`];
  const { stdout } = await execa(command, [...globalArgs, 'ps', '--all', '--quiet', ...filter]);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await execa(command, [...globalArgs, 'rm', '--force', '--volumes', ...ids]);
}
