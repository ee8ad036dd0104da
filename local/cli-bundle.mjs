import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTemplates } from '../cli/init/read-templates.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What the command is made of. */
const SOURCES = [
  'cli',
  'functions/core',
  'functions/adapters',
  'builder-image',
  'package.json',
  'package-lock.json',
];

/** Where a checkout keeps the bundled command. */
export const BUNDLE = join(ROOT, 'dist/cli/bitflow.mjs');

/** Some libraries are CommonJS: a bundle that is a module must give them what they expect there. */
const BANNER = [
  '#!/usr/bin/env node',
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
].join('\n');

/**
 * Puts the templates of `repos init` into the bundle, in place of the module that reads them.
 *
 * @type {import('esbuild').Plugin}
 */
const templates = {
  name: 'templates',
  setup(build) {
    build.onLoad({ filter: /\/cli\/init\/files\.ts$/ }, () => ({
      contents: `export const FILES = ${JSON.stringify(readTemplates(join(ROOT, 'cli/templates')))};`,
    }));
  },
};

/**
 * Loads each of Node's own modules when something needs it: as `import` they would all be loaded at the start, also
 * those of commands that are not run.
 *
 * @type {import('esbuild').Plugin}
 */
const builtins = {
  name: 'builtins',
  setup(build) {
    build.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * What is left out: each start reads the whole file, whatever of it is used.
 *
 * - The container engine's client could speak ssh, with native code: DOCKER_HOST takes no ssh.
 * - It could also serve BuildKit's own protocol over gRPC, in builds by the engine: ours are BuildKit's.
 */
const LEFT_OUT = { ssh2: 'node:net', '@grpc/grpc-js': 'node:net', '@grpc/proto-loader': 'node:net' };

/**
 * The schemas' library has its messages in forty languages. Ours is the one that it has anyway.
 *
 * @type {import('esbuild').Plugin}
 */
const english = {
  name: 'english',
  setup(build) {
    build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/**
 * Bundles the command to one file that needs nothing beside it, for the oldest Node that it promises to run on.
 *
 * @returns {Promise<string[]>} the files that are in it, absolute
 */
export async function bundleCli(out = BUNDLE) {
  const { build } = await import('esbuild');
  // Two starts at once each write a file of their own: nobody reads half of one.
  const fresh = `${out}.${process.pid}`;
  await mkdir(join(out, '..'), { recursive: true });
  try {
    const { metafile } = await build({
      entryPoints: [join(ROOT, 'cli/main.ts')],
      outfile: fresh,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      banner: { js: BANNER },
      absWorkingDir: ROOT,
      metafile: true,
      // The package carries the whole licences instead: a bundle that each `npx` in a checkout makes needs none.
      plugins: [templates, builtins, english],
      legalComments: 'none',
      alias: LEFT_OUT,
      // Names stay: they are in what --verbose prints.
      minifySyntax: true,
      minifyWhitespace: true,
      logLevel: 'warning',
    });
    await rename(fresh, out);
    return Object.keys(metafile.inputs).map((path) => join(ROOT, path));
  } finally {
    await rm(fresh, { force: true });
  }
}

/**
 * The checkout's bundle, made anew where a source is newer, from npm packages that are installed first where they
 * are not there. What that takes is said on stderr: stdout is the command's.
 *
 * @returns {Promise<string>} its path
 * @throws {import('./setup/problem.mjs').Problem} where the packages cannot be had
 */
export async function freshBundle() {
  const made = await stat(BUNDLE).catch(() => null);
  const newest = Math.max(...(await Promise.all(SOURCES.map((path) => newestIn(join(ROOT, path))))));
  if (made !== null && newest <= made.mtimeMs) return BUNDLE;
  const { setUpPackages } = await import('./setup/index.mjs');
  await setUpPackages({ log: (line) => process.stderr.write(`${line}\n`) });
  await bundleCli();
  return BUNDLE;
}

/** When something in a folder was changed last (ms). @param {string} path @returns {Promise<number>} */
async function newestIn(path) {
  const { mtimeMs } = await stat(path);
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const times = entries.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs);
  return Math.max(mtimeMs, ...(await Promise.all(times)));
}
