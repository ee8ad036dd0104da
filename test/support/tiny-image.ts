import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Engine, engineSchema } from '#local/cloud-build/options.ts';

const run = promisify(execFile);
const image = 'localhost/bitflow-test-tiny:1';
const applets = [
  'sh',
  'echo',
  'sleep',
  'cat',
  'env',
  'pwd',
  'id',
  'dd',
  'ls',
  'ln',
  'mkdir',
  'true',
  'false',
  'head',
];

/** The engine that BITFLOW_TEST_ENGINE describes, as JSON, or else podman or docker from the PATH. */
export const testEngine = async (): Promise<Engine> => {
  const given = process.env.BITFLOW_TEST_ENGINE;
  if (given) return engineSchema.parse(JSON.parse(given));
  const runArgs = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
  const candidates: Engine[] = [
    {
      kind: 'podman',
      command: 'podman',
      globalArgs: ['--runtime', 'runc', '--cgroup-manager', 'cgroupfs'],
      runArgs,
    },
    { kind: 'docker', command: 'docker', globalArgs: [], runArgs },
  ];
  const problems: string[] = [];
  for (const engine of candidates) {
    try {
      await engineCall(engine, ['ps', '--quiet']); // docker's client may be there without its daemon
      return engine;
    } catch (error) {
      problems.push(String(error));
    }
  }
  throw new Error(`these tests need podman or docker: ${problems.join('\n')}`);
};

/** Runs one engine command and answers its stdout; throws if it fails. */
export const engineCall = async (engine: Engine, args: readonly string[]): Promise<string> =>
  (await run(engine.command, [...engine.globalArgs, ...args])).stdout.trim();

/** Debian's static busybox, taken out of its package: no container registry is needed. */
const fetchBusybox = async (into: string): Promise<void> => {
  // The sandbox user of apt cannot write into a private folder.
  await run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', 'busybox-static'], { cwd: into });
  const archive = (await readdir(into)).find((name) => name.endsWith('.deb'));
  if (!archive) throw new Error(`apt-get downloaded no package into ${into}`);
  await run('dpkg-deb', ['--extract', archive, 'package'], { cwd: into });
};

/** An image with a shell and little else, made once on a machine and kept by its engine. */
export const tinyImage = async (engine: Engine): Promise<string> => {
  const known = await engineCall(engine, ['images', '--quiet', image]);
  if (known !== '') return image;
  const work = await mkdtemp(path.join(tmpdir(), 'bitflow-tiny-'));
  try {
    await fetchBusybox(work);
    const bin = path.join(work, 'root', 'bin');
    await mkdir(bin, { recursive: true });
    await mkdir(path.join(work, 'root', 'tmp'), { mode: 0o1777 });
    const found = await readdir(path.join(work, 'package'), { recursive: true });
    const busybox = found.find((name) => name.endsWith('bin/busybox'));
    if (!busybox) throw new Error('no busybox in the package busybox-static');
    await run('cp', [path.join(work, 'package', busybox), path.join(bin, 'busybox')]);
    for (const applet of applets) await symlink('busybox', path.join(bin, applet));
    await run('tar', ['-C', path.join(work, 'root'), '-cf', path.join(work, 'root.tar'), '.']);
    await engineCall(engine, ['import', path.join(work, 'root.tar'), image]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return image;
};
