import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { entryPoint } from '#adapters/http/entry-point.ts';
import { functionNames } from '#ops/bundle/functions.ts';
import { unzip } from '#ops/bundle/zip.ts';
import type { Machine } from './machine.ts';
import { freeAddresses, portOf } from './ports.ts';
import { accepts, type Processes } from './processes.ts';
import { ROOT } from './root.ts';

/** Where each function will listen: known before any starts, since some are told where others are. */
export async function functionAddresses(): Promise<Record<string, string>> {
  const names = await functionNames();
  const addresses = await freeAddresses(names.length);
  return Object.fromEntries(names.map((name, index) => [name, addresses[index] ?? '']));
}

/** Puts each function's upload, a zip by its name, to `OUT/NAME`, as the cloud does before it starts one. */
export async function unpackFunctions(
  zips: Readonly<Record<string, Uint8Array>>,
  out: string,
): Promise<void> {
  for (const [name, zip] of Object.entries(zips)) {
    for (const [path, content] of Object.entries(unzip(zip))) {
      const file = join(out, name, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }
}

/** Starts every function from its folder in `out`, each in its own functions-framework process. */
export async function startFunctions(
  processes: Processes,
  machine: Machine,
  addresses: Readonly<Record<string, string>>,
  envOf: (name: string) => Promise<Readonly<Record<string, string>>>,
  out: string,
): Promise<void> {
  const start = async (name: string) =>
    startFunction(processes, machine, { name, address: addresses[name] ?? '', env: await envOf(name), out });
  await Promise.all(Object.keys(addresses).map(start));
}

interface FunctionProcess {
  readonly name: string;
  /** The name of the process, where it is not the only one of its function. */
  readonly as?: string;
  readonly address: string;
  readonly env: Readonly<Record<string, string>>;
  readonly out: string;
}

/**
 * The heap (MB) that Node gives itself in a container of 256 or 512 MiB, as functions have in the cloud. On a
 * machine with much memory it would give itself gigabytes, and collect garbage only when those are full.
 */
const HEAP = ['--max-old-space-size=256', '--max-semi-space-size=1'];

/** Starts one function; also again, after it was stopped. */
export async function startFunction(
  processes: Processes,
  machine: Machine,
  { name, as = name, address, env, out }: FunctionProcess,
): Promise<void> {
  const framework = join(ROOT, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
  await processes.start({
    name: as,
    command: machine.node,
    args: [
      ...HEAP,
      framework,
      '--source',
      join(out, name),
      '--target',
      entryPoint(name),
      '--port',
      String(portOf(address)),
    ],
    cwd: ROOT,
    env: { ...env, NODE_ENV: 'production' },
    ready: () => accepts(address),
  });
}
