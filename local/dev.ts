import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readMachine } from './machine.ts';
import { startStack } from './stack.ts';
import { announce, STACK_FILE, type StackInfo } from './stack-info.ts';
import { explain, untilInterrupted } from './until-interrupted.ts';

const USAGE = `npm run dev [-- OPTIONS]    starts the stack and keeps it up until Ctrl-C

  --data DIR               keep the registry's and BuildKit's data there
  --allow-host HOST:PORT   a further git server on this machine that may be cloned from (repeatable)
  --capacity N             builds at once (default 2)`;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    'allow-host': { type: 'string', multiple: true },
    capacity: { type: 'string', default: '2' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const interrupted = untilInterrupted();
const started = Date.now();
console.log('Starting the stack');
const stack = await startStack({
  machine: await readMachine(),
  dataDir: values.data === undefined ? undefined : resolve(values.data),
  allowHosts: values['allow-host'] ?? [],
  capacity: Number(values.capacity),
  log: (line) => console.log(line),
}).catch(explain);
await announce(stack.info);
console.log(table(stack.info));
console.log(
  `\nReady in ${((Date.now() - started) / 1000).toFixed(1)} s. Logs of each process: ${stack.dir}/logs. Ctrl-C ends it.`,
);

await interrupted;
console.log('\nStopping');
await rm(STACK_FILE, { force: true });
await stack.stop();
process.exit(0);

/** What a person needs of it; tokens and passwords are in the file. */
function table(info: StackInfo): string {
  const { pids, token: _, githubWebhookSecret: __, registryBuilder: ___, ...shown } = info;
  const rows = Object.entries({
    ...shown,
    'API reference': `${info.api}/docs`,
    processes: Object.keys(pids).length,
    'token, secrets': '.bitflow/local.json',
  });
  return `\n${rows.map(([name, value]) => `  ${name.padEnd(22)} ${value}`).join('\n')}`;
}
