import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBuildkitd, startRegistry } from '../daemons.mjs';
import { run } from '../run.mjs';
import { writeSettings } from './machine-settings.mjs';

/** Target of the Dockerfile beside this file → names of the image, which are paths in the mirror. */
const images = {
  base: ['library/debian:bookworm-slim', 'bitflow/nixpacks-base:bookworm'],
  node: ['bitflow/nixpacks-node:bookworm'],
  python: ['bitflow/nixpacks-python:bookworm'],
  go: ['bitflow/nixpacks-go:bookworm'],
  rust: ['bitflow/nixpacks-rust:bookworm'],
  static: ['bitflow/nixpacks-static:bookworm'],
};

/** Nothing of these is needed to build or run, and every image carries them. */
const ballast = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/info',
  'usr/share/locale',
  'var/cache/apt',
  'var/lib/apt/lists',
  'var/log',
  'var/cache/debconf',
];

/**
 * Builds the stand-ins and leaves a registry's storage with them in `folder/storage`.
 *
 * @param {object} parts
 * @param {{debootstrap: string, buildkitd: string, buildctl: string, runc: string, registry: string}} parts.tools
 * @param {string} parts.codename
 * @param {import('./machine-settings.mjs').Settings} parts.settings
 * @param {string} parts.folder
 * @param {import('../progress.mjs').Doing} parts.doing
 */
export async function buildBaseImages({ tools, codename, settings, folder, doing }) {
  const work = join(folder, 'work');
  const machine = join(work, 'machine');
  await mkdir(machine, { recursive: true });
  doing(`making a minimal Debian ${codename} with debootstrap (30-60 s)`);
  await makeBase(tools.debootstrap, codename, work);
  await writeSettings(settings, machine);

  const storage = join(folder, 'storage');
  await mkdir(storage);
  const registry = await startRegistry(tools.registry, storage, { readOnly: false });
  try {
    const buildkitd = await startBuildkitd(tools, join(work, 'buildkit'), registry.address);
    try {
      for (const [target, names] of Object.entries(images)) {
        doing(`building ${names.join(' and ')}`);
        await build({
          buildctl: tools.buildctl,
          address: buildkitd.address,
          mirror: registry.address,
          work,
          target,
          names,
        });
      }
    } finally {
      await buildkitd.stop();
    }
  } finally {
    await registry.stop();
  }
  await rm(work, { recursive: true, force: true });
}

/** @param {string} debootstrap @param {string} codename @param {string} work gets context/base.tar */
async function makeBase(debootstrap, codename, work) {
  const rootfs = join(work, 'rootfs');
  await run(debootstrap, ['--variant=minbase', '--include=ca-certificates,sudo', codename, rootfs]);
  for (const folder of ballast) {
    await rm(join(rootfs, folder), { recursive: true, force: true });
    await mkdir(join(rootfs, folder), { recursive: true });
  }
  // apt insists on these two
  await mkdir(join(rootfs, 'var/cache/apt/archives/partial'), { recursive: true });
  await mkdir(join(rootfs, 'var/lib/apt/lists/partial'), { recursive: true });
  await mkdir(join(work, 'context'));
  // devices cannot be made in every sandbox, and runc provides them
  await run('tar', [
    '--exclude=./dev/*',
    '--exclude=./proc/*',
    '--exclude=./sys/*',
    '-C',
    rootfs,
    '-cf',
    join(work, 'context/base.tar'),
    '.',
  ]);
  await rm(rootfs, { recursive: true, force: true });
}

/**
 * One build, pushed under each name.
 *
 * @param {{buildctl: string, address: string, mirror: string, work: string, target: string, names: string[]}} parts
 */
async function build({ buildctl, address, mirror, work, target, names }) {
  const references = names.map((name) => `${mirror}/${name}`).join(',');
  await run(buildctl, [
    '--addr',
    address,
    'build',
    '--progress=plain',
    '--frontend=dockerfile.v0',
    '--local',
    `context=${join(work, 'context')}`,
    '--local',
    `dockerfile=${dirname(fileURLToPath(import.meta.url))}`,
    '--local',
    `machine=${join(work, 'machine')}`,
    '--opt',
    'context:machine=local:machine',
    '--opt',
    `target=${target}`,
    '--output',
    `type=image,"name=${references}",push=true,oci-mediatypes=true,registry.insecure=true`,
  ]);
}
