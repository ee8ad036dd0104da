// The way in of `bitflow dev` and `bitflow demo`, of `npm run dev`, `demo`, `bench`, `newcomer`, `test:fuzz` and of
// `npm test`: plain Node 20, since nothing is installed yet. Sets the machine up, then hands over to the Node 24 that
// the set-up installed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBuilderImage } from './setup/builder-image.mjs';
import { setUp } from './setup/index.mjs';

const ENTRIES = {
  demo: 'demo.ts',
  dev: 'dev.ts',
  test: 'test.ts',
  bench: '../test/bench/main.ts',
  fuzz: '../test/fuzz/main.ts',
  newcomer: '../test/newcomer/main.ts',
  'bench:api': '../test/bench/api/main.ts',
  'bench:cli': '../test/bench/cli/main.ts',
  'bench:webhooks': '../test/bench/webhooks/main.ts',
};

const [name = '', ...args] = process.argv.slice(2);
const entry = ENTRIES[/** @type {keyof typeof ENTRIES} */ (name)];
if (!entry) throw new Error(`no such command: ${name}; there are ${Object.keys(ENTRIES).join(', ')}`);

// With --json, stdout is for the result alone.
const log = args.includes('--json') ? (/** @type {string} */ line) => console.error(line) : undefined;
const logTo = log && { log };

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
// A signal may come to us alone (npm hands on what it gets) or, by Ctrl-C, to the whole terminal: the child
// takes it once or twice, takes the stack down, and we wait for it. Before there is one, the set-up ends with us.
const end = (/** @type {NodeJS.Signals} */ signal) => (child ? child.kill(signal) : process.exit(130));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => end(signal));
// Whoever started us with a channel, the `bitflow` command, is gone.
process.once('disconnect', () => end('SIGTERM'));

const prepare = async () => {
  const machine = await setUp(logTo);
  await ensureBuilderImage(machine, logTo);
  return machine;
};
const machine = await prepare().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

const childArgs = [fileURLToPath(new URL(entry, import.meta.url)), ...args];
// The channel is how the child notices that we are gone, even where we were killed.
child = spawn(machine.node, childArgs, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
child.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
