import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Machine } from './machine.ts';
import { freeAddresses, portOf } from './ports.ts';
import { accepts, type Processes } from './processes.ts';
import { ROOT } from './root.ts';

/** The part of firebase.json that names files and emulators. */
const FirebaseJson = z.looseObject({
  firestore: z.looseObject({ rules: z.string(), indexes: z.string() }),
  emulators: z.record(z.string(), z.unknown()),
});

export interface Emulators {
  readonly firestore: string;
  readonly pubsub: string;
  /** Firebase Authentication: it signs in whoever asks, as whom they say. */
  readonly auth: string;
}

/**
 * Starts the Firestore, Pub/Sub and Auth emulators with firebase-tools, from the repository's firebase.json; only
 * the ports are others, free ones, so that two stacks run side by side.
 */
export async function startEmulators(
  processes: Processes,
  machine: Machine,
  dir: string,
  projectId: string,
): Promise<Emulators> {
  const [firestore = '', pubsub = '', auth = '', hub = '', logging = '', websocket = ''] =
    await freeAddresses(6);
  const config = FirebaseJson.parse(JSON.parse(await readFile(join(ROOT, 'firebase.json'), 'utf8')));
  for (const file of [config.firestore.rules, config.firestore.indexes])
    await copyFile(join(ROOT, file), join(dir, file));
  const at = (address: string) => ({ host: '127.0.0.1', port: portOf(address) });
  const emulators = {
    ...config.emulators,
    firestore: { ...at(firestore), websocketPort: portOf(websocket) },
    pubsub: at(pubsub),
    auth: at(auth),
    hub: at(hub),
    logging: at(logging),
  };
  const file = join(dir, 'firebase.json');
  await writeFile(file, JSON.stringify({ ...config, emulators }, null, 2));
  const javaHome = dirname(dirname(machine.java));
  await processes.start({
    name: 'emulators',
    command: machine.node,
    args: [
      join(ROOT, 'node_modules/firebase-tools/lib/bin/firebase.js'),
      'emulators:start',
      ...['--project', projectId],
      ...['--only', 'firestore,pubsub,auth'],
      ...['--config', file],
    ],
    cwd: dir,
    env: {
      JAVA_HOME: javaHome,
      PATH: `${join(javaHome, 'bin')}:${process.env.PATH ?? ''}`,
      ...(machine.firestoreEmulatorJar && { FIRESTORE_EMULATOR_BINARY_PATH: machine.firestoreEmulatorJar }),
      ...(machine.pubsubEmulator && { PUBSUB_EMULATOR_BINARY_PATH: machine.pubsubEmulator }),
      CI: 'true',
    },
    ready: (output) => output.includes('All emulators ready'),
    stopMs: 8000,
  });
  const there = await Promise.all([firestore, pubsub, auth].map(accepts));
  if (there.includes(false)) throw new Error('the emulators are not where they should be');
  return { firestore, pubsub, auth };
}
