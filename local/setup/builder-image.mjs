import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { bundlePrograms, PROGRAMS } from './builder-programs.mjs';
import { remembered } from './cache.mjs';
import { makeContext } from './context.mjs';
import { startBuildkitd, startRegistry } from './daemons.mjs';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';

const repository = 'localhost/bitflow-builder';
const checkout = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The builder image in the container engine, built only if its Dockerfile, a program, a tool or the base changed.
 *
 * @param {import('./machine.mjs').Machine} machine
 * @param {object} [options]
 * @param {import('./progress.mjs').Log} [options.log]
 * @param {string} [options.source] the folder with the Dockerfile and the programs
 * @returns {Promise<{reference: string, hash: string}>} what `podman run` takes
 */
export async function ensureBuilderImage(machine, { log, source = join(checkout, 'builder-image') } = {}) {
  const { progress, versions } = await makeContext(log);
  return progress.step('builder image', async (doing) => {
    const work = join(machine.cacheDir, 'builder-image');
    await mkdir(work, { recursive: true });
    const folder = await mkdtemp(join(work, 'build-'));
    try {
      const tools = {
        nixpacks: machine.nixpacks,
        buildctl: machine.buildctl,
        buildkitd: machine.buildkitd,
        node: machine.node,
      };
      const hash = await imageHash(machine, source, folder, tools);
      const reference = `${repository}:${hash}`;
      const value = { reference, hash };
      if (await exists(machine.engine, reference)) return { value, say: `${hash}, as it was` };

      const onWait = (/** @type {string} */ pid) => doing(`waiting for process ${pid}, which builds it`);
      return await withLock(join(machine.cacheDir, 'locks/builder-image'), onWait, async () => {
        if (await exists(machine.engine, reference))
          return { value, say: `${hash}, built by another process` };
        doing('building (3-60 s)');
        await removeCrashed(work);
        for (const [name, path] of Object.entries(tools)) await place(path, join(folder, 'tools', name));
        const archive = join(folder, 'image.tar');
        await build(machine, { source, folder, reference, archive });
        await run(machine.engine.command, [...machine.engine.globalArgs, 'load', '--input', archive]);
        await removeOld(machine.engine, reference, versions.builderImagesKept);
        return { value, say: `${hash}, built` };
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/**
 * Bundles the programs into folder/context/bundle and hashes all that the image is made of.
 *
 * @param {import('./machine.mjs').Machine} machine
 * @param {string} source
 * @param {string} folder
 * @param {Record<string, string>} tools name → path
 */
async function imageHash(machine, source, folder, tools) {
  const bundle = join(folder, 'context/bundle');
  const [, ...toolHashes] = await Promise.all([
    bundlePrograms(source, bundle),
    ...Object.entries(tools).map(([name, path]) => fileHash(machine.cacheDir, name, path)),
  ]);
  const parts = [
    await readFile(join(source, 'Dockerfile')),
    ...(await Promise.all(PROGRAMS.map((name) => readFile(join(bundle, `${name}.mjs`))))),
    ...toolHashes,
    machine.baseImages?.storage ?? 'public',
  ];
  return parts
    .reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256'))
    .digest('hex')
    .slice(0, 16);
}

/**
 * Hashing the tools' 350 MB takes a second: done again only for a file that changed.
 *
 * @param {string} cache
 * @param {string} name
 * @param {string} path
 */
async function fileHash(cache, name, path) {
  const { size, mtimeMs } = await stat(path);
  return remembered(
    cache,
    `hash-of-${name}`,
    `${path} ${size} ${mtimeMs}`,
    Number.POSITIVE_INFINITY,
    async () => {
      const hash = createHash('sha256');
      await pipeline(createReadStream(path), hash);
      return hash.digest('hex');
    },
  );
}

/**
 * BuildKit sends a folder as it is, so symbolic links would arrive as such.
 *
 * @param {string} from
 * @param {string} to
 */
async function place(from, to) {
  await mkdir(join(to, '..'), { recursive: true });
  await link(from, to).catch(() => copyFile(from, to));
}

/**
 * @param {import('./machine.mjs').Machine} machine
 * @param {{source: string, folder: string, reference: string, archive: string}} parts
 */
async function build(machine, { source, folder, reference, archive }) {
  const mirror =
    machine.baseImages &&
    (await startRegistry(machine.registry, machine.baseImages.storage, { readOnly: true }));
  try {
    const buildkitd = await startBuildkitd(
      machine,
      join(machine.cacheDir, 'builder-image/buildkit'),
      mirror?.address,
    );
    try {
      await run(machine.buildctl, [
        '--addr',
        buildkitd.address,
        'build',
        '--progress=plain',
        '--frontend=dockerfile.v0',
        '--local',
        `context=${join(folder, 'context')}`,
        '--local',
        `dockerfile=${source}`,
        '--local',
        `tools=${join(folder, 'tools')}`,
        '--opt',
        'context:tools=local:tools',
        '--output',
        `type=docker,name=${reference},dest=${archive}`,
      ]);
    } finally {
      await buildkitd.stop();
    }
  } finally {
    await mirror?.stop();
  }
}

/** @param {import('./machine.mjs').Engine} engine @param {string} reference */
function exists({ command, globalArgs }, reference) {
  return run(command, [...globalArgs, 'image', 'inspect', '--format', '{{.Id}}', reference]).then(
    () => true,
    () => false,
  );
}

/** A build takes no hour: what is older was left by one that was killed. @param {string} work */
async function removeCrashed(work) {
  for (const name of (await readdir(work)).filter((each) => each.startsWith('build-'))) {
    const made = await stat(join(work, name)).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > 3_600_000)
      await rm(join(work, name), { recursive: true, force: true });
  }
}

/**
 * Keeps the newest few; one that still runs cannot be removed, and is next time.
 *
 * @param {import('./machine.mjs').Engine} engine
 * @param {string} current
 * @param {number} kept
 */
async function removeOld({ command, globalArgs }, current, kept) {
  const format = '{{.Repository}}:{{.Tag}}';
  const { stdout } = await run(command, [
    ...globalArgs,
    'images',
    '--format',
    format,
    '--filter',
    `reference=${repository}`,
  ]);
  const old = stdout
    .split('\n')
    .filter((line) => line.startsWith(`${repository}:`) && line !== current)
    .slice(kept - 1);
  for (const reference of old) await run(command, [...globalArgs, 'rmi', reference]).catch(() => {});
}
