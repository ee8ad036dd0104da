import { readMachine } from '#local/machine.ts';
import { explain, untilInterrupted } from '#local/until-interrupted.ts';
import { parseOptions, USAGE } from './options.ts';
import { runFuzz } from './run.ts';

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
const { cases, failures } = await runFuzz(await readMachine(), options, say, interrupted).catch(explain);
console.log(`${cases} cases, ${failures} failures`);
process.exit(failures > 0 ? 1 : 0);

function readOptions(args: readonly string[]) {
  try {
    return parseOptions(args);
  } catch (error) {
    return explain(error);
  }
}
