import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ASSETS } from '#handlers/api/reference/assets.ts';
import { ROOT } from './root.ts';

/** Stays outside each bundle: its registry of functions is a module-level map, which must exist once. */
const EXTERNAL = ['@google-cloud/functions-framework'];

/** Some libraries are CommonJS: a bundle that is a module must give them what they expect there. */
const BANNER = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url);',
  "const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
].join('\n');

/** The functions there are: a folder in functions/handlers/ each. */
export async function functionNames(): Promise<string[]> {
  const entries = await readdir(join(ROOT, 'functions/handlers'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** Bundles every function to one file of its own, as it is deployed: `OUT/NAME/index.mjs`. */
export async function bundleFunctions(out: string): Promise<void> {
  const names = await functionNames();
  await bundle(Object.fromEntries(names.map((name) => [name, join(ROOT, 'functions/handlers', name)])), out);
  await copyReference(join(out, 'api/reference'));
}

/** The files of Swagger UI that the reference page loads. */
async function copyReference(to: string): Promise<void> {
  // Not import.meta.resolve: the stack is also started by vitest, whose module runner has none.
  const require = createRequire(import.meta.url);
  const from = dirname(require.resolve('swagger-ui-dist/package.json'));
  await mkdir(to, { recursive: true });
  await Promise.all(Object.keys(ASSETS).map((name) => copyFile(join(from, name), join(to, name))));
}

/** Bundles functions, name → the folder with its `index.ts`, to `OUT/NAME/index.mjs`. */
export async function bundle(folders: Readonly<Record<string, string>>, out: string): Promise<void> {
  const names = Object.keys(folders);
  await build({
    entryPoints: Object.entries(folders).map(([name, folder]) => ({
      in: join(folder, 'index.ts'),
      out: `${name}/index`,
    })),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // No source map: Firestore's client notes a stack with each call, and Node reads the whole map for the first,
    // which took 90 MB for good. The bundle is not minified: a trace names functions, and lines of a readable file.
    external: EXTERNAL,
    banner: { js: BANNER },
    logLevel: 'warning',
  });
  const manifest = { type: 'module', main: 'index.mjs' };
  await Promise.all(
    names.map((name) => writeFile(join(out, name, 'package.json'), JSON.stringify(manifest))),
  );
}
