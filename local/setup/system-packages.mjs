import { Problem } from './problem.mjs';
import { CommandFailed, run, which } from './run.mjs';

/**
 * Installs Debian packages, as root only and never silently.
 *
 * @param {import('./context.mjs').Context} context
 * @param {string} what what needs them, for the message
 * @param {string[]} packages
 * @param {import('./progress.mjs').Doing} doing
 * @throws {Problem} where there is no apt, no root, or no such package
 */
export async function installSystemPackages({ apt }, what, packages, doing) {
  const command = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  const aptGet = which('apt-get')[0];
  if (!aptGet) {
    throw new Problem(
      what,
      'it is not on the PATH, and this system has no apt-get',
      `install ${what} with your system's package manager`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new Problem(
      what,
      'it is not on the PATH, and only root can install a system package',
      `sudo ${command}`,
    );
  }
  doing(`installing the system package${packages.length > 1 ? 's' : ''} ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => run(aptGet, ['install', '-y', '--no-install-recommends', ...packages], { env });
  await apt(async () => {
    try {
      await install().catch(async () => {
        // the lists may be missing or older than the mirror's pool
        await run(aptGet, ['update'], { env });
        await install();
      });
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      throw new Problem(what, `its system package did not install: ${error.message}`, command, {
        cause: error,
      });
    }
  });
}
