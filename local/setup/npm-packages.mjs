import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeAtomically } from './cache.mjs';
import { Problem } from './problem.mjs';
import { isExecutable, run } from './run.mjs';

/** The Node 24 among the packages, and where the set-up notes which lock file they are of. */
const NODE = 'node_modules/node/bin/node';
const MARK = 'node_modules/.bitflow-lock-hash';

/**
 * What package-lock.json says now, and whether node_modules is known to have it: read, not compared, so fast.
 *
 * @param {string} root the checkout
 * @returns {Promise<{lock: string, hash: string, isInstalled: boolean}>}
 */
export async function lockedPackages(root) {
  const lock = await readFile(join(root, 'package-lock.json'), 'utf8').catch(() => {
    throw new Problem('npm packages', 'package-lock.json is missing', 'git checkout package-lock.json');
  });
  const hash = createHash('sha256').update(lock).digest('hex');
  const known = await readFile(join(root, MARK), 'utf8').catch(() => '');
  return { lock, hash, isInstalled: known === hash && isExecutable(join(root, NODE)) };
}

/**
 * Installs the npm packages if node_modules is not what package-lock.json says.
 *
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<string>} absolute path of the Node 24 among them
 */
export function npmPackages({ root, progress }) {
  return progress.step('npm packages', async (doing) => {
    const node = join(root, NODE);
    const { lock, hash, isInstalled } = await lockedPackages(root);
    if (isInstalled) return { value: node, say: 'as in package-lock.json' };

    let say = 'as in package-lock.json, installed by you';
    if (!(await wasInstalled(root, lock))) {
      doing('installing with npm ci (1-2 min)');
      // no package's install script is needed but node's, and one of them compiles C++ for minutes
      await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root }).catch(
        (error) => {
          throw new Problem('npm packages', error.message, 'npm ci', { cause: error });
        },
      );
      say = 'installed with npm ci';
    }
    await provideNode(node);
    await writeAtomically(join(root, MARK), hash);
    return { value: node, say };
  });
}

/**
 * Whether somebody's own `npm ci` or `npm install` already put in place what the lock file says; npm keeps a
 * second lock file in node_modules that tells. Optional packages are those of other platforms too.
 *
 * @param {string} root
 * @param {string} lock
 */
async function wasInstalled(root, lock) {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  try {
    const installed = JSON.parse(await readFile(hidden, 'utf8')).packages;
    return Object.entries(JSON.parse(lock).packages).every(
      ([path, wanted]) =>
        path === '' || wanted.optional || wanted.devOptional || installed[path]?.version === wanted.version,
    );
  } catch {
    return false;
  }
}

/**
 * The `node` package fetches its binary in its install script, and npm links only what is there.
 *
 * @param {string} node where it belongs
 */
async function provideNode(node) {
  const folder = dirname(dirname(node));
  if (!isExecutable(node)) {
    await run(process.execPath, ['installArchSpecificPackage'], { cwd: folder }).catch((error) => {
      throw new Problem('node 24', error.message, 'npm rebuild node', { cause: error });
    });
  }
  const link = join(folder, '../.bin/node');
  if (!existsSync(link)) await symlink('../node/bin/node', link);
}
