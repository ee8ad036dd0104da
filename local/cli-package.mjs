// `npm run package`: the `bitflow` command as an npm package, in dist/package. Plain Node 20, like all that may run
// before the npm packages are there.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCli } from './cli-bundle.mjs';
import { setUpPackages } from './setup/index.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'dist/package');

await setUpPackages();
await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const files = await bundleCli(join(OUT, 'bitflow.mjs'));
await writeFile(join(OUT, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
await writeFile(join(OUT, 'THIRD-PARTY-NOTICES'), await notices(files));
await copyFile(join(ROOT, 'LICENSE'), join(OUT, 'LICENSE'));
await copyFile(join(ROOT, 'cli/README.md'), join(OUT, 'README.md'));
console.log(`${relative(process.cwd(), OUT) || '.'}: npm install -g it, or npm pack it`);

/** Of the checkout's own: no dependencies, since the one file has them in it, and no scripts. */
async function manifest() {
  const { name, version, license, engines } = await json(join(ROOT, 'package.json'));
  return {
    name,
    version,
    description: 'git push in, a container image out: BitFlow builds, from the command line',
    license,
    type: 'module',
    engines,
    bin: { bitflow: 'bitflow.mjs' },
    files: ['bitflow.mjs', 'THIRD-PARTY-NOTICES'],
  };
}

/**
 * The licence of every library that is in the bundle, whole, as their licences ask.
 *
 * @param {string[]} files what the bundle is made of
 */
async function notices(files) {
  const folders = [...new Set(files.flatMap((file) => packageFolder(file) ?? []))].sort();
  const texts = await Promise.all(folders.map(notice));
  const head =
    'bitflow.mjs contains the following libraries, each under the licence that follows its name.\n';
  return [head, ...texts].join(`\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the npm package that a file belongs to; null: it is our own. @param {string} file */
function packageFolder(file) {
  const parts = file.split(sep);
  const at = parts.lastIndexOf('node_modules');
  if (at < 0) return null;
  return parts.slice(0, at + (parts[at + 1]?.startsWith('@') ? 3 : 2)).join(sep);
}

/** @param {string} folder @throws {Error} for a library that says no licence: it may not be shipped */
async function notice(folder) {
  const { name, version, license, author } = await json(join(folder, 'package.json'));
  const names = (await readdir(folder))
    .filter((entry) => /^(licen[cs]e|copying|notice)\b/i.test(entry))
    .sort();
  if (names.length === 0 && typeof license !== 'string') throw new Error(`${name} says no licence`);
  const texts = await Promise.all(names.map((entry) => readFile(join(folder, entry), 'utf8')));
  const by = typeof author === 'string' ? author : (author?.name ?? '');
  const whole = texts.length > 0 ? texts.map((text) => text.trim()).join('\n\n') : `${license}. ${by}`.trim();
  return `${name} ${version} (${license ?? 'see below'})\n\n${whole}\n`;
}

/** @param {string} path */
async function json(path) {
  return JSON.parse(await readFile(path, 'utf8'));
}
