import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** The programs of the builder image. */
export const PROGRAMS = ['main', 'plan-service'];

/** The Google libraries are CommonJS inside and expect these three, which an ES module lacks. */
const banner = [
  "import { createRequire as bitflowCreateRequire } from 'node:module'",
  'const require = bitflowCreateRequire(import.meta.url)',
  'const __filename = import.meta.filename',
  'const __dirname = import.meta.dirname',
].join(';');

/**
 * Bundles the programs of the builder image to `OUT/NAME.mjs`.
 *
 * @param {string} source the folder with the programs
 * @param {string} out
 */
export async function bundlePrograms(source, out) {
  const esbuild = join(checkout, 'node_modules/.bin/esbuild');
  await run(
    esbuild,
    [
      ...PROGRAMS.map((name) => join(source, `${name}.ts`)),
      '--bundle',
      '--platform=node',
      '--target=node24',
      '--format=esm',
      // The engine's client could speak ssh, with native code: DOCKER_HOST takes no ssh, and so it stays out.
      '--alias:ssh2=node:net',
      // A bundle names the files that it is made of: those of the checkout, wherever node_modules really is.
      '--preserve-symlinks',
      `--banner:js=${banner}`,
      `--outdir=${out}`,
      '--out-extension:.js=.mjs',
      '--log-level=warning',
    ],
    { cwd: checkout },
  );
}
