import { readMachine } from '#local/machine.ts';
import { explain } from '#local/until-interrupted.ts';
import { commandOptions, interruption } from '#test/support/command.ts';
import { parseOptions, USAGE } from './options.ts';
import { runFuzz } from './run.ts';

const options = commandOptions(parseOptions, USAGE);
const say = (line: string) => console.log(line);
const { cases, failures } = await runFuzz(await readMachine(), options, say, interruption()).catch(explain);
console.log(`${cases} cases, ${failures} failures`);
process.exit(failures > 0 ? 1 : 0);
