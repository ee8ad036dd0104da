import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, remembered } from '../cache.mjs';
import { mirrored } from '../daemons.mjs';
import { Problem } from '../problem.mjs';
import { answers } from '../reachable.mjs';
import { buildBaseImages } from './build.mjs';
import { machineSettings } from './machine-settings.mjs';

const day = 24 * 60 * 60 * 1000;
const publicRegistries = ['https://ghcr.io/v2/', 'https://registry-1.docker.io/v2/'];

/**
 * Whether the real base images can be pulled here; asked once a day.
 *
 * @param {import('../context.mjs').Context} context
 * @returns {Promise<boolean>}
 */
export function publicImagesReachable({ cache, progress }) {
  return progress.step('registries', async () => {
    const reachable = await remembered(
      cache,
      'public-registries',
      publicRegistries.join(' '),
      day,
      async () => {
        const all = await Promise.all(publicRegistries.map(answers));
        return all.every(Boolean);
      },
    );
    return {
      value: reachable,
      say: reachable
        ? 'ghcr.io and docker.io answer'
        : 'ghcr.io or docker.io does not answer: stand-ins for base images are needed',
    };
  });
}

/**
 * @param {import('../context.mjs').Context} context
 * @param {{debootstrap: string, buildkitd: string, buildctl: string, runc: string, registry: string}} tools
 * @param {string | null} caBundle
 * @returns {Promise<import('../machine.mjs').BaseImages>}
 */
export function standIns({ cache, versions, progress, heavy }, tools, caBundle) {
  const { debian: codename, revision } = versions.baseImages;
  return heavy(() =>
    progress.step('base images', async (doing) => {
      const recipe = await Promise.all(
        ['Dockerfile', 'overlay.json'].map((name) => readFile(new URL(name, import.meta.url))),
      );
      const bundle = caBundle ? await readFile(caBundle) : '';
      const id = [codename, revision, ...recipe, bundle]
        .reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256'))
        .digest('hex')
        .slice(0, 16);
      let say = `stand-ins on Debian ${codename}, from the cache`;
      const folder = await cached(cache, `base-images/${id}`, async (temporary) => {
        const settings = await machineSettings(codename, caBundle);
        await buildBaseImages({ tools, codename, settings, folder: temporary, doing }).catch((error) => {
          throw new Problem(
            'base images',
            error.message,
            'see the output above; with ghcr.io and docker.io reachable, no stand-ins are needed',
            { cause: error },
          );
        });
        await copyFile(
          fileURLToPath(new URL('overlay.json', import.meta.url)),
          join(temporary, 'overlay.json'),
        );
        say = `stand-ins on Debian ${codename}, built`;
      });
      await removeOld(join(cache, 'base-images'), id);
      return {
        value: { storage: join(folder, 'storage'), mirrored, overlay: join(folder, 'overlay.json') },
        say,
      };
    }),
  );
}

/**
 * Stand-ins of an older recipe or CA bundle go; a young one may still serve a running stack.
 *
 * @param {string} folder
 * @param {string} id the one in use
 */
async function removeOld(folder, id) {
  for (const name of await readdir(folder)) {
    const { mtimeMs } = await stat(join(folder, name));
    if (name !== id && Date.now() - mtimeMs > 7 * day)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}
