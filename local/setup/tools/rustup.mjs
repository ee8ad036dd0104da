import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * rustup's `cargo` is a proxy that looks for its toolchains under the home folder. Where that is another one
 * than at its installation (a service's, a test's), it finds none, though they lie beside it: `X/.cargo/bin`
 * and `X/.rustup`. Then this says where, for every child of this process.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function findRustup(env = process.env) {
  if (env.RUSTUP_HOME || existsSync(join(homedir(), '.rustup/toolchains'))) return;
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder.endsWith('/.cargo/bin'));
  const found = folders.map((folder) => join(dirname(dirname(folder)), '.rustup')).find(existsSync);
  if (found) env.RUSTUP_HOME = found;
}
