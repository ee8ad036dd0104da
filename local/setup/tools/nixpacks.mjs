import { join } from 'node:path';
import { cached } from '../cache.mjs';
import { Problem } from '../problem.mjs';
import { run } from '../run.mjs';
import { describeRange, onPath } from '../version.mjs';
import { findRustup } from './rustup.mjs';

/**
 * @param {import('../context.mjs').Context} context
 * @returns {Promise<string>} absolute path
 */
export function nixpacks({ cache, versions, progress, heavy }) {
  const { pinned, ...range } = versions.nixpacks;
  const name = `nixpacks ${pinned}`;
  return heavy(() =>
    progress.step('nixpacks', async (doing) => {
      const found = await onPath('nixpacks', range);
      if (found) return { value: found.path, say: `${found.version}, on the PATH` };

      let say = `${pinned}, from the cache`;
      const folder = await cached(cache, `tools/nixpacks-${pinned}`, async (temporary) => {
        findRustup();
        const cargo = await onPath('cargo', versions.cargo);
        const command = `cargo install nixpacks --version ${pinned} --locked`;
        if (!cargo) {
          throw new Problem(
            name,
            `no nixpacks ${describeRange(range)} on the PATH, and no cargo ${describeRange(versions.cargo)} to build it with`,
            `install Rust (https://rustup.rs), or nixpacks itself: ${command}`,
          );
        }
        doing(`installing ${pinned} with cargo (4-5 min)`);
        await run(cargo.path, ['install', 'nixpacks', '--version', pinned, '--locked', '--root', temporary], {
          env: { CARGO_TARGET_DIR: join(temporary, 'target') },
        }).catch((error) => {
          throw new Problem(name, error.message, command, { cause: error });
        });
        await run('rm', ['-rf', join(temporary, 'target')]);
        say = `${pinned}, built with cargo`;
      });
      return { value: join(folder, 'bin/nixpacks'), say };
    }),
  );
}
