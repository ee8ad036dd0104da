// The way in of `npm run demo`, `npm run dev` and `npm test`: plain Node 20, since nothing is installed yet.
// Sets the machine up, then hands over to the Node 24 that the set-up installed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBuilderImage } from './setup/builder-image.mjs';
import { setUp } from './setup/index.mjs';

const ENTRIES = { demo: 'demo.ts', dev: 'dev.ts', test: 'test.ts' };

const [name = '', ...args] = process.argv.slice(2);
const entry = ENTRIES[/** @type {keyof typeof ENTRIES} */ (name)];
if (!entry) throw new Error(`no such command: ${name}; there are ${Object.keys(ENTRIES).join(', ')}`);

const prepare = async () => {
  const machine = await setUp();
  await ensureBuilderImage(machine);
  return machine;
};
const machine = await prepare().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

const child = spawn(machine.node, [fileURLToPath(new URL(entry, import.meta.url)), ...args], {
  stdio: 'inherit',
});
// Ctrl-C reaches the child by itself (one terminal, one group): it takes the stack down, and we wait for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
