import { Problem } from '../problem.mjs';
import { installSystemPackages } from '../system-packages.mjs';
import { describeRange, onPath } from '../version.mjs';

/**
 * A tool of the system's: from the PATH, else from its package.
 *
 * @param {import('../context.mjs').Context} context
 * @param {string} name also its key in versions.json
 * @param {string} [binary]
 * @returns {Promise<string>} absolute path
 */
export function systemTool(context, name, binary = name) {
  const { versions, progress } = context;
  const { packages = [name], ...range } = versions[name];
  return progress.step(name, async (doing) => {
    const found = await onPath(binary, range);
    if (found) return { value: found.path, say: `${found.version}, on the PATH` };
    await installSystemPackages(context, name, packages, doing);
    const installed = await onPath(binary, range);
    if (installed) return { value: installed.path, say: `${installed.version}, installed` };
    throw new Problem(
      `${name} ${describeRange(range)}`,
      "this system's package is of another version",
      `install ${name} ${describeRange(range)} and put it on the PATH`,
    );
  });
}
