import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readMachine } from '#local/machine.ts';
import { explain } from '#local/until-interrupted.ts';
import { commandOptions, interruption } from '#test/support/command.ts';
import { parseOptions, USAGE } from './options.ts';
import { runBench } from './run.ts';
import { render } from './table.ts';

// A figure that falls short is marked and no failure: a slow machine says nothing about the code.
const options = commandOptions(parseOptions, USAGE);
const say = (line: string) => console.log(line);
const report = await runBench(await readMachine(), options, say, interruption()).catch(explain);
console.log(`\n${render(report)}`);
if (options.json !== undefined)
  await writeFile(resolve(options.json), `${JSON.stringify(report, null, 2)}\n`);
process.exit(0);
