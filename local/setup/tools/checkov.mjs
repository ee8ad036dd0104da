import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from '../cache.mjs';
import { Problem } from '../problem.mjs';
import { run } from '../run.mjs';
import { describeRange, onPath } from '../version.mjs';

const REQUIREMENTS = fileURLToPath(new URL('../checkov/requirements.txt', import.meta.url));

/**
 * checkov, in a folder of its own: every package of it by hash, as requirements.txt has them.
 *
 * @param {import('../context.mjs').Context} context
 * @returns {Promise<{python: string, packages: string}>} run as `python -m checkov.main` with PYTHONPATH=packages
 */
export function checkov({ cache, versions, progress }) {
  const { pinned } = versions.checkov;
  return progress.step('checkov', async (doing) => {
    const python = await onPath('python3', versions.python3);
    if (!python) {
      const name = `python3 ${describeRange(versions.python3)}`;
      throw new Problem(name, 'it is not on the PATH', 'install Python 3, with pip');
    }
    let say = `${pinned}, from the cache`;
    const folder = await cached(
      cache,
      `tools/checkov-${pinned}-python-${python.version}`,
      async (temporary) => {
        doing(`installing ${pinned} with pip (about a minute)`);
        const target = join(temporary, 'making');
        const args = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--only-binary=:all:'];
        await run(python.path, [...args, '--target', target, '--requirement', REQUIREMENTS]).catch(
          (error) => {
            const command = `${python.path} -m pip install checkov==${pinned}`;
            throw new Problem(`checkov ${pinned}`, error.message, command, { cause: error });
          },
        );
        await rename(target, join(temporary, 'packages'));
        say = `${pinned}, installed with pip`;
      },
    );
    return { value: { python: python.path, packages: join(folder, 'packages') }, say };
  });
}
