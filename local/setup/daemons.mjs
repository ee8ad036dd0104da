import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answers } from './reachable.mjs';
import { CommandFailed, run, which } from './run.mjs';

/** Registries that the stand-ins' registry answers for; the last name is made up, for images that exist only there. */
export const mirrored = ['docker.io', 'ghcr.io', 'overlay.bitflow.local'];

/**
 * @typedef {object} Daemon
 * @property {string} address
 * @property {() => Promise<void>} stop resolves when the process is gone
 */

/**
 * An OCI registry on a free local port, for as long as the set-up needs it.
 *
 * @param {string} registry
 * @param {string} storage
 * @param {{readOnly: boolean}} options
 * @returns {Promise<Daemon>} its address is host:port
 */
export async function startRegistry(registry, storage, { readOnly }) {
  const folder = await mkdtemp(join(tmpdir(), 'bitflow-registry-'));
  const address = `127.0.0.1:${await freePort()}`;
  const config = {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: storage }, maintenance: { readonly: { enabled: readOnly } } },
    http: { addr: address },
  };
  // JSON is YAML
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const env = { OTEL_TRACES_EXPORTER: 'none' };
  return daemon(registry, ['serve', join(folder, 'config.yml')], { folder, address, env }, () =>
    answers(`http://${address}/v2/`),
  );
}

/**
 * A buildkitd of our own, as root, on a socket in a short path (a socket's may have 107 bytes).
 *
 * @param {{buildkitd: string, buildctl: string, runc: string}} tools
 * @param {string} root where it keeps its state
 * @param {string | undefined} mirror host:port of the registry with the stand-ins
 * @returns {Promise<Daemon>} its address is what `buildctl --addr` takes
 */
export async function startBuildkitd({ buildkitd, buildctl, runc }, root, mirror) {
  const folder = await mkdtemp(join(tmpdir(), 'bitflow-buildkit-'));
  await mkdir(root, { recursive: true });
  const address = `unix://${join(folder, 'socket')}`;
  const toml = [
    `root = ${JSON.stringify(root)}`,
    `[grpc]\naddress = [${JSON.stringify(address)}]`,
    `[worker.containerd]\nenabled = false`,
    `[worker.oci]\nenabled = true\nbinary = ${JSON.stringify(runc)}`,
    ...(mirror
      ? [
          `[registry.${JSON.stringify(mirror)}]\nhttp = true`,
          ...mirrored.map((name) => `[registry."${name}"]\nmirrors = [${JSON.stringify(mirror)}]`),
        ]
      : []),
  ];
  await writeFile(join(folder, 'buildkitd.toml'), toml.join('\n'));
  return daemon(buildkitd, ['--config', join(folder, 'buildkitd.toml')], { folder, address }, () =>
    run(buildctl, ['--addr', address, 'debug', 'workers'], { timeoutMs: 5_000 }).then(
      () => true,
      () => false,
    ),
  );
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{folder: string, address: string, env?: Record<string, string>}} options `folder` goes when it stops
 * @param {() => Promise<boolean>} isReady
 * @returns {Promise<Daemon>} once it answers
 */
async function daemon(command, args, { folder, address, env }, isReady) {
  const logPath = join(folder, 'log');
  const log = openSync(logPath, 'a');
  // a daemon must not outlive a killed set-up either: it would keep its state locked
  const [setpriv] = which('setpriv');
  const argv = setpriv ? ['--pdeathsig', 'SIGTERM', command, ...args] : args;
  const child = spawn(setpriv ?? command, argv, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  });
  const kill = () => child.kill('SIGTERM');
  process.on('exit', kill);
  let ended = false;
  const gone = new Promise((resolve) => {
    child.once('exit', () => resolve(undefined));
    child.once('error', () => resolve(undefined));
  }).then(() => {
    ended = true;
  });
  const stop = async () => {
    kill();
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(force);
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + 30_000;
  while (!(await isReady())) {
    if (ended || Date.now() > deadline) {
      const output = await readFile(logPath, 'utf8').catch(() => '');
      await stop();
      throw new CommandFailed([command, ...args], ended ? 'an early end' : 'no answer in 30 s', output);
    }
    await sleep(100);
  }
  return { address, stop };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
