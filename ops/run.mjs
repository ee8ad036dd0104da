// The way in of `npm run deploy`, `destroy` and `bundle`: plain Node 20, since nothing may be installed yet. Installs the
// npm packages, which is all that they need, and hands over to the Node 24 among them.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setUpPackages } from '../local/setup/index.mjs';

const ENTRIES = { deploy: 'deploy/main.ts', destroy: 'destroy/main.ts', bundle: 'bundle.ts' };

const [name = '', ...args] = process.argv.slice(2);
const entry = ENTRIES[/** @type {keyof typeof ENTRIES} */ (name)];
if (!entry) throw new Error(`no such command: ${name}; there are ${Object.keys(ENTRIES).join(', ')}`);

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
// By Ctrl-C the child has it from the terminal as well. It counts them as one, so that Terraform gets one.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => (child ? child.kill(signal) : process.exit(130)));

// stdout is for the result alone.
await setUpPackages({ log: (line) => process.stderr.write(`${line}\n`) }).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
const path = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));
child = spawn(path('../node_modules/node/bin/node'), [path(entry), ...args], { stdio: 'inherit' });
child.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
