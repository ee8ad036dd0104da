import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../problem.mjs';
import { isExecutable, which } from '../run.mjs';
import { describeRange, fits, versionOf } from '../version.mjs';

// where systems and version managers keep their JVMs, and where `java` is inside one of them
/** @type {[folder: string, java: string][]} */
const homes = [
  ['/usr/lib/jvm', 'bin/java'],
  ['/Library/Java/JavaVirtualMachines', 'Contents/Home/bin/java'],
  [join(homedir(), '.sdkman/candidates/java'), 'bin/java'],
];

/**
 * The `java` on the PATH is often too old for firebase-tools while a newer one lies beside it.
 *
 * @param {import('../context.mjs').Context} context
 * @returns {Promise<string>} absolute path
 */
export function java({ versions, progress }) {
  return progress.step('java', async () => {
    const tried = await Promise.all(
      candidates().map(async (path) => ({ path, version: await versionOf(path, ['-version']) })),
    );
    const found = tried.find(({ version }) => version && fits(version, versions.java));
    if (found) return { value: found.path, say: `${found.version}, ${found.path}` };
    const seen = tried.map(({ path, version }) => `${path} (${version ?? 'does not run'})`).join(', ');
    const range = describeRange(versions.java);
    throw new Problem(
      `java ${range}`,
      seen ? `only ${seen}` : 'there is no java in JAVA_HOME, on the PATH or among the installed JVMs',
      `apt-get install openjdk-21-jre-headless, or another JDK ${range}, and set JAVA_HOME`,
    );
  });
}

/** @returns {string[]} */
function candidates() {
  const paths = process.env.JAVA_HOME ? [join(process.env.JAVA_HOME, 'bin/java')] : [];
  paths.push(...which('java'));
  for (const [folder, inside] of homes) {
    try {
      paths.push(...readdirSync(folder).map((name) => join(folder, name, inside)));
    } catch {
      // this system keeps none there
    }
  }
  return [...new Set(paths)].filter(isExecutable);
}
