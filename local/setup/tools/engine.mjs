import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { remembered } from '../cache.mjs';
import { Problem } from '../problem.mjs';
import { run, which } from '../run.mjs';
import { installSystemPackages } from '../system-packages.mjs';
import { onPath } from '../version.mjs';

/** @typedef {import('../machine.mjs').Engine} Engine */

/** Some sandboxes forbid raising limits, which podman does for every container: lowering them is always allowed. */
const runArgsToTry = [[], ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024']];

/**
 * The container engine: docker if its daemon answers, else podman.
 *
 * @param {import('../context.mjs').Context} context
 * @param {Promise<string>} runc
 * @returns {Promise<Engine>}
 */
export function engine(context, runc) {
  const { cache, versions, progress } = context;
  return progress.step('engine', async (doing) => {
    const docker = await runningDocker();
    if (docker) {
      return {
        value: { kind: 'docker', command: docker.path, globalArgs: [], runArgs: [] },
        say: `docker ${docker.version}, its daemon answers`,
      };
    }
    const { packages, ...range } = versions.podman;
    let podman = await onPath('podman', range);
    if (!podman) {
      await installSystemPackages(context, 'podman (or a running docker)', packages, doing);
      podman = await onPath('podman', range);
    }
    if (!podman)
      throw new Problem(
        'container engine',
        'no docker daemon answers, and podman is too old',
        'install podman >= 4, or start docker',
      );
    const globalArgs = await podmanArgs(cache, await runc);
    const key = [podman.path, podman.version, release(), ...globalArgs].join(' ');
    const runArgs = await remembered(cache, 'podman-run-args', key, Number.POSITIVE_INFINITY, () =>
      probeRun(podman.path, globalArgs),
    );
    /** @type {Engine} */
    const value = { kind: 'podman', command: podman.path, globalArgs, runArgs };
    return {
      value,
      say: `podman ${podman.version}, on the PATH${runArgs.length ? `, with ${runArgs.join(' ')}` : ''}`,
    };
  });
}

async function runningDocker() {
  for (const path of which('docker')) {
    try {
      const { stdout } = await run(path, ['info', '--format', '{{.ServerVersion}}'], { timeoutMs: 3_000 });
      if (stdout.trim()) return { path, version: stdout.trim() };
    } catch {
      // a client without a daemon
    }
  }
}

/**
 * Our images and containers stay apart from the user's own. podman wants the three folders to belong together,
 * and a runroot of at most 50 characters. runc and cgroupfs work with cgroup v1 and without systemd too.
 *
 * @param {string} cache
 * @param {string} runc
 */
async function podmanArgs(cache, runc) {
  const id = createHash('sha256').update(cache).digest('hex').slice(0, 8);
  const base = process.getuid?.() === 0 ? '/run' : process.env.XDG_RUNTIME_DIR || tmpdir();
  const runRoot = join(base, `bitflow-podman-${id}`);
  const root = join(cache, 'podman/storage');
  await mkdir(root, { recursive: true });
  return [
    '--root',
    root,
    '--runroot',
    runRoot,
    '--tmpdir',
    join(runRoot, 'tmp'),
    '--cgroup-manager',
    'cgroupfs',
    '--runtime',
    runc,
  ];
}

/**
 * Starts a container on an empty file system: a machine that lets it get as far as not finding its program lets
 * containers start, and no image is needed to learn that.
 *
 * @param {string} command
 * @param {string[]} globalArgs
 * @returns {Promise<string[]>} the first arguments with which that works
 */
async function probeRun(command, globalArgs) {
  const rootfs = await mkdtemp(join(tmpdir(), 'bitflow-probe-'));
  try {
    for (const runArgs of runArgsToTry) {
      const args = [
        ...globalArgs,
        'run',
        '--rm',
        '--network',
        'host',
        ...runArgs,
        '--rootfs',
        rootfs,
        '/none',
      ];
      const failure = await run(command, args, { timeoutMs: 30_000 }).then(
        () => undefined,
        (error) => error,
      );
      if (failure?.code === 127) return runArgs;
      if (!/rlimit/.test(failure?.output ?? '')) {
        throw new Problem(
          'container engine',
          `podman cannot start a container: ${failure?.message}`,
          'start docker, or see `podman info`',
          { cause: failure },
        );
      }
    }
    throw new Problem(
      'container engine',
      'podman cannot start a container: this system forbids setting its limits',
      'start docker',
    );
  } finally {
    await rm(rootfs, { recursive: true, force: true });
  }
}
