import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Bundles the command to one file that needs nothing beside it, for the oldest Node that it promises to run on. */
export async function bundleCli(out = BUNDLE) {
  const { build } = await import('esbuild');
  // Two starts at once each write a file of their own: nobody reads half of one.
  const fresh = `${out}.${process.pid}`;
  await mkdir(join(out, '..'), { recursive: true });
  try {
    await build({
      entryPoints: [join(ROOT, 'cli/main.ts')],
      outfile: fresh,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      banner: { js: BANNER },
      legalComments: 'none',
      // The container engine's client could speak ssh, with native code: DOCKER_HOST takes no ssh, and so it stays out.
      alias: { ssh2: 'node:net' },
      logLevel: 'warning',
    });
    await rename(fresh, out);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** The checkout's bundle, made anew where a source is newer. @returns its path. */
export async function freshBundle() {
  const made = await stat(BUNDLE).catch(() => null);
  const newest = Math.max(...(await Promise.all(SOURCES.map((path) => newestIn(join(ROOT, path))))));
  if (made === null || newest > made.mtimeMs) await bundleCli();
  return BUNDLE;
}

/** When something in a folder was changed last (ms). @param {string} path @returns {Promise<number>} */
async function newestIn(path) {
  const { mtimeMs } = await stat(path);
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const times = entries.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs);
  return Math.max(mtimeMs, ...(await Promise.all(times)));
}
