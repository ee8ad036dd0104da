import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { devOptions } from '#cli/dev/options.ts';
import { firstSteps } from './first-steps.ts';
import { readMachine } from './machine.ts';
import { type Stack, startStack } from './stack.ts';
import { announce, STACK_FILE } from './stack-info.ts';
import { explain, untilInterrupted } from './until-interrupted.ts';

const [data, allowHost, capacity] = devOptions();
const options = new Command('npm run dev --')
  .description('Starts the stack and keeps it up until Ctrl-C. The same as: npx bitflow dev')
  .addOption(data)
  .addOption(allowHost)
  .addOption(capacity)
  .option('--json', 'where everything is, as JSON on stdout; all else on stderr')
  .parse()
  .opts();
const say = options.json ? console.error : console.log;

const interrupted = untilInterrupted();
const started = Date.now();
say('Starting the stack');
const stack = await startStack({
  machine: await readMachine(),
  dataDir: options.data === undefined ? undefined : resolve(options.data),
  allowHosts: options.allowHost ?? [],
  capacity: options.capacity,
  deliverPushes: true,
  log: (line) => say(line),
}).catch(explain);
await announce(stack.info);
const { api, git, registry } = stack.info;
if (options.json)
  console.log(JSON.stringify({ api, git, registry, file: STACK_FILE, logs: join(stack.dir, 'logs') }));
else console.log(places(stack));
say(`\nReady in ${((Date.now() - started) / 1000).toFixed(1)} s. Ctrl-C ends it.`);
if (!options.json) console.log(firstSteps(stack.info));

await interrupted;
say('\nStopping');
await rm(STACK_FILE, { force: true });
await stack.stop();
process.exit(0);

/** What a person needs to know of where things are; the rest, with tokens and passwords, is in the file. */
function places({ info, dir }: Stack): string {
  const rows = {
    service: `${info.api} (its API, to read and to try: ${info.api}/docs)`,
    'git server': `${info.git} (a push makes the repository, and tells the service)`,
    registry: info.registry,
    'all else, the token': STACK_FILE,
    'logs of each process': `${dir}/logs`,
  };
  return `\n${Object.entries(rows)
    .map(([name, value]) => `  ${name.padEnd(22)} ${value}`)
    .join('\n')}`;
}
