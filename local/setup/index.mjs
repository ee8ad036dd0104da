import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publicImagesReachable, standIns } from './base-images/index.mjs';
import { clearTemporary } from './cache.mjs';
import { makeContext } from './context.mjs';
import { withLock } from './lock.mjs';
import { machineFile, writeMachine } from './machine.mjs';
import { lockedPackages, npmPackages } from './npm-packages.mjs';
import { Problem, SetUpFailed } from './problem.mjs';
import { checkov } from './tools/checkov.mjs';
import { emulators } from './tools/emulators.mjs';
import { engine } from './tools/engine.mjs';
import { buildkit, registry } from './tools/go-tools.mjs';
import { java } from './tools/java.mjs';
import { nixpacks } from './tools/nixpacks.mjs';
import { systemTool } from './tools/system.mjs';
import { terraform } from './tools/terraform.mjs';

/**
 * Finds or provides everything that the local stack needs, and writes it to machine.json. Idempotent: what is
 * there is only looked at. Two at once do not disturb each other: the second waits.
 *
 * @param {{log?: import('./progress.mjs').Log}} [options] `log` takes the lines; without it they go to stdout
 * @returns {Promise<import('./machine.mjs').Machine>}
 * @throws {SetUpFailed} with everything that cannot be had, not just the first
 */
export async function setUp({ log } = {}) {
  const context = await makeContext(log);
  return alone(context, async () => {
    await clearTemporary(context.cache);
    const machine = await find(context);
    await writeMachine(machine);
    return machine;
  });
}

/**
 * The npm packages alone: what the `bitflow` command is made of. Nothing is waited for where they are there.
 *
 * @param {{log?: import('./progress.mjs').Log}} [options]
 * @throws {Problem}
 */
export async function setUpPackages({ log } = {}) {
  const context = await makeContext(log);
  if ((await lockedPackages(context.root)).isInstalled) return;
  await alone(context, () => npmPackages(context));
}

/**
 * What the tests of `terraform/` need, and nothing of the local stack.
 *
 * @param {{log?: import('./progress.mjs').Log}} [options]
 * @throws {SetUpFailed}
 */
export async function setUpTerraform({ log } = {}) {
  const context = await makeContext(log);
  return alone(context, async () => {
    const parts = { terraform: terraform(context), checkov: checkov(context) };
    await collectProblems(Object.values(parts));
    return { terraform: await parts.terraform, checkov: await parts.checkov };
  });
}

/**
 * @template T
 * @param {import('./context.mjs').Context} context
 * @param {() => Promise<T>} work
 */
function alone({ cache, progress }, work) {
  const onWait = (/** @type {string} */ pid) =>
    progress.line(`  another set-up is running (process ${pid}): waiting for it ...`);
  return withLock(join(cache, 'locks/setup'), onWait, work);
}

/**
 * @param {import('./context.mjs').Context} context
 * @returns {Promise<import('./machine.mjs').Machine>}
 */
async function find(context) {
  const caBundle = bundleOf(process.env.SSL_CERT_FILE);
  // each starts at once; compilers and image builds wait for one another
  const runc = systemTool(context, 'runc');
  const parts = {
    root: checkRoot(),
    node: npmPackages(context),
    java: java(context),
    git: systemTool(context, 'git'),
    // for the tests: a build's own is in the builder image
    gitLfs: systemTool(context, 'git-lfs'),
    // for the tests: what a person has
    chromium: systemTool(context, 'chromium'),
    runc,
    engine: engine(context, runc),
    emulators: emulators(context),
    nixpacks: nixpacks(context),
    buildkit: buildkit(context),
    registry: registry(context),
  };
  const baseImages = baseImagesFor(context, parts, caBundle);
  await collectProblems([...Object.values(parts), baseImages]);

  const { buildkitd, buildctl } = await parts.buildkit;
  const { pubsubEmulator, firestoreEmulatorJar } = await parts.emulators;
  return {
    version: 1,
    cacheDir: context.cache,
    node: await parts.node,
    java: await parts.java,
    nixpacks: await parts.nixpacks,
    buildkitd,
    buildctl,
    runc: await runc,
    registry: await parts.registry,
    git: await parts.git,
    engine: await parts.engine,
    pubsubEmulator,
    firestoreEmulatorJar,
    caBundle,
    baseImages: await baseImages,
  };
}

/**
 * Stand-ins only where the real images cannot be pulled; they need the other tools first.
 *
 * @param {import('./context.mjs').Context} context
 * @param {object} parts
 * @param {Promise<{buildkitd: string, buildctl: string}>} parts.buildkit
 * @param {Promise<string>} parts.runc
 * @param {Promise<string>} parts.registry
 * @param {Promise<void>} parts.root
 * @param {string | null} caBundle
 */
async function baseImagesFor(context, parts, caBundle) {
  if (await publicImagesReachable(context)) return null;
  const debootstrap = systemTool(context, 'debootstrap');
  const [path, { buildkitd, buildctl }, runc, registryPath] = await Promise.all([
    debootstrap,
    parts.buildkit,
    parts.runc,
    parts.registry,
    parts.root,
  ]);
  const tools = { debootstrap: path, buildkitd, buildctl, runc, registry: registryPath };
  return standIns(context, tools, caBundle);
}

/** buildkitd and its containers need root, and so do debootstrap and the mounts of the stack. */
async function checkRoot() {
  if (process.platform !== 'linux')
    throw new Problem(
      'linux',
      `buildkitd runs on Linux only, this is ${process.platform}`,
      'run it in a Linux virtual machine or container',
    );
  if (process.getuid?.() !== 0)
    throw new Problem('root', 'buildkitd runs its containers as root', 'sudo node local/setup/index.mjs');
}

/**
 * Waits for all, and throws all their problems at once; anything else that was thrown is a bug and goes up as it is.
 *
 * @param {Promise<unknown>[]} promises
 */
async function collectProblems(promises) {
  const outcomes = await Promise.allSettled(promises);
  // a part that waits for another fails with the other's problem
  const reasons = [
    ...new Set(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))),
  ];
  const bug = reasons.find((reason) => !(reason instanceof Problem));
  if (bug) throw bug;
  if (reasons.length > 0) throw new SetUpFailed(reasons);
}

/** @param {string | undefined} path @returns {string | null} */
function bundleOf(path) {
  return path && existsSync(path) ? realpathSync(path) : null;
}

async function main() {
  const since = performance.now();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
  try {
    await setUp();
    console.log(`ready in ${((performance.now() - since) / 1000).toFixed(1)} s: ${machineFile()}`);
  } catch (error) {
    if (!(error instanceof SetUpFailed)) throw error;
    console.error('\nThe set-up is not complete:');
    for (const { what, why, command } of error.problems)
      console.error(`\n  ${what}\n    ${why.replaceAll('\n', '\n    ')}\n    to provide it: ${command}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
