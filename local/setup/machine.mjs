import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, writeAtomically } from './cache.mjs';

/**
 * What the set-up found or made on this machine: everything that the local stack starts, by absolute path.
 * It is `machine.json` in the cache folder.
 *
 * @typedef {object} Machine
 * @property {1} version of this shape
 * @property {string} cacheDir the folder that holds all that the set-up and the stack keep between runs
 * @property {string} node the Node 24 of node_modules (the one that ran the set-up may be older)
 * @property {string} java a java that firebase-tools accepts
 * @property {string} nixpacks the pinned nixpacks
 * @property {string} buildkitd BuildKit's daemon; runs as root
 * @property {string} buildctl BuildKit's client, of the same version
 * @property {string} runc what buildkitd and podman run containers with
 * @property {string} registry distribution's registry, version 3: `registry serve CONFIG`
 * @property {string} git
 * @property {Engine} engine what runs the builder image
 * @property {string | null} pubsubEmulator for PUBSUB_EMULATOR_BINARY_PATH; null: firebase-tools downloads one
 * @property {string | null} firestoreEmulatorJar for FIRESTORE_EMULATOR_BINARY_PATH; null: firebase-tools downloads one
 * @property {string | null} caBundle the CA certificates that SSL_CERT_FILE names; null: the system's own
 * @property {BaseImages | null} baseImages stand-ins for public images; null: the public registries answer
 */

/**
 * @typedef {object} Engine
 * @property {'podman' | 'docker'} kind
 * @property {string} command absolute path
 * @property {string[]} globalArgs go before the subcommand, always: they say which storage
 * @property {string[]} runArgs go after `run`; with `--network host` they are known to work here
 */

/**
 * @typedef {object} BaseImages
 * @property {string} storage a registry's file system storage with the stand-ins: serve it read-only
 * @property {string[]} mirrored registry hosts that buildkitd must be told to ask that registry for
 * @property {string} overlay a JSON file: builder → what it detected (or "default") → changes to its plan
 */

/** @returns {string} */
export const machineFile = () => join(cacheDir(), 'machine.json');

/** @param {Machine} machine */
export const writeMachine = (machine) =>
  writeAtomically(machineFile(), `${JSON.stringify(machine, null, 2)}\n`);

/**
 * What the last set-up wrote. Several checkouts share it, and the last of them may be gone: Node is this one's own.
 *
 * @returns {Promise<Machine>}
 * @throws {Error} if there was none
 */
export async function readMachine() {
  const text = await readFile(machineFile(), 'utf8').catch((error) => {
    throw new Error(`no set-up yet (${machineFile()} is missing): run node local/setup/index.mjs`, {
      cause: error,
    });
  });
  return {
    ...JSON.parse(text),
    node: fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url)),
  };
}
