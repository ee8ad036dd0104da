import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readMachine } from '#local/machine.ts';
import { explain, untilInterrupted } from '#local/until-interrupted.ts';
import { parseOptions, USAGE } from './options.ts';
import { runBench } from './run.ts';
import { render } from './table.ts';

// A figure that falls short is marked and no failure: a slow machine says nothing about the code.
const options = readOptions(process.argv.slice(2));
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
const interrupted = untilInterrupted().then((): never => {
  throw new Error('interrupted');
});
interrupted.catch(() => undefined); // whoever runs at that moment is told; nobody may be
const say = (line: string) => console.log(line);
const report = await runBench(await readMachine(), options, say, interrupted).catch(explain);
console.log(`\n${render(report)}`);
if (options.json !== undefined)
  await writeFile(resolve(options.json), `${JSON.stringify(report, null, 2)}\n`);
process.exit(0);

function readOptions(args: readonly string[]) {
  try {
    return parseOptions(args);
  } catch (error) {
    return explain(error);
  }
}
