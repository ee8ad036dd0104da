import { stat } from 'node:fs/promises';
import type { MachineFacts } from '../machine-facts.ts';
import { median, percentile } from '../statistics.ts';
import { table } from '../table.ts';
import { type Timed, ZERO } from './commands.ts';
import type { Samples } from './run.ts';

/** The figures as Markdown, so that they go into a page as they are. */
export async function report(
  { cpu, cores, load_before, node, commit }: MachineFacts,
  bundle: string,
  commands: readonly Timed[],
  samples: Samples,
): Promise<string> {
  const { size } = await stat(bundle);
  const of = (name: string) => samples.get(name) ?? [];
  const ratio = (name: string, to: string | null) =>
    to === null ? '' : (median(of(name)) / median(of(to))).toFixed(2);
  const rows = commands.map(({ name, byHand }) => {
    const times = of(name);
    const figures = [median(times), percentile(times, 0.95), Math.min(...times)];
    return [name, ...figures.map((ms) => ms.toFixed(0)), ratio(name, ZERO), ratio(name, byHand)];
  });
  const head = ['command', 'median (ms)', 'p95', 'min', 'to node -e 0', 'to nixpacks'];
  const rounds = of(ZERO).length;
  return [
    `${cpu}, ${cores} cores, load ${load_before.toFixed(1)} before. Node ${node}. Commit ${commit}. ${rounds} runs each, in turns. The command is one file of ${(size / 1e6).toFixed(2)} MB.`,
    table(head, rows),
  ].join('\n\n');
}
