import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { build } from 'esbuild';
import { ASSETS } from '#handlers/api/reference/assets.ts';
import { ROOT } from '#local/root.ts';
import { FRAMEWORK, npmFilesOf } from './npm.ts';
import { type Files, zip } from './zip.ts';

/** Some libraries are CommonJS: a bundle that is a module must give them what they expect there. */
const BANNER = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url);',
  "const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
].join('\n');

const HANDLERS = join(ROOT, 'functions/handlers');

/** The functions there are: a folder in functions/handlers/ each. */
export async function functionNames(): Promise<string[]> {
  const entries = await readdir(HANDLERS, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** The upload of every function, as a zip, by the function's name. */
export async function bundleFunctions(): Promise<Record<string, Uint8Array>> {
  const names = await functionNames();
  const folders = Object.fromEntries(names.map((name) => [name, join(HANDLERS, name)]));
  return bundle(folders, { api: await referenceFiles() });
}

/** The files of Swagger UI that the reference page loads. */
async function referenceFiles(): Promise<Files> {
  // Not import.meta.resolve: the stack is also started by vitest, whose module runner has none.
  const require = createRequire(import.meta.url);
  const from = dirname(require.resolve('swagger-ui-dist/package.json'));
  const files = Object.keys(ASSETS).map(
    async (name) => [`reference/${name}`, await readFile(join(from, name))] as const,
  );
  return Object.fromEntries(await Promise.all(files));
}

/**
 * Makes the uploads of functions, each a zip of `index.mjs`, what npm needs to install its one library, and the
 * function's assets.
 *
 * @param folders name → the folder with its `index.ts`
 * @param assets name → files that the function reads at run time
 */
export async function bundle(
  folders: Readonly<Record<string, string>>,
  assets: Readonly<Record<string, Files>> = {},
): Promise<Record<string, Uint8Array>> {
  const [programs, npmFiles] = await Promise.all([compile(folders), npmFilesOf(ROOT)]);
  const zips: Record<string, Uint8Array> = {};
  for (const name of Object.keys(folders)) {
    // Packing one takes a good part of a second: others of this process have their turn between them.
    await setImmediate();
    const { manifest, lock } = npmFiles(name);
    zips[name] = zip({
      ...programs[`${name}/index.mjs`],
      'package.json': text(manifest),
      'package-lock.json': text(lock),
      ...assets[name],
    });
  }
  return zips;
}

const text = (value: object): Uint8Array => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** One file a function, `NAME/index.mjs`. */
async function compile(folders: Readonly<Record<string, string>>): Promise<Record<string, Files>> {
  const outdir = join(ROOT, 'dist/functions');
  const { outputFiles } = await build({
    entryPoints: Object.entries(folders).map(([name, folder]) => ({
      in: join(folder, 'index.ts'),
      out: `${name}/index`,
    })),
    outdir,
    write: false,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // No source map: Firestore's client notes a stack with each call, and Node reads the whole map for the first,
    // which took 90 MB for good. The bundle is not minified: a trace names functions, and lines of a readable file.
    external: [FRAMEWORK],
    banner: { js: BANNER },
    // A bundle names the files that it is made of: from here, whoever calls, and wherever node_modules really is.
    absWorkingDir: ROOT,
    preserveSymlinks: true,
    logLevel: 'warning',
  });
  return Object.fromEntries(
    outputFiles.map(({ path, contents }) => [relative(outdir, path), { 'index.mjs': contents }]),
  );
}
