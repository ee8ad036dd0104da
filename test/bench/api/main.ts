import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { emulatorFirestore } from '#local/emulator-firestore.ts';
import { startEmulators } from '#local/emulators.ts';
import { readMachine } from '#local/machine.ts';
import { Processes } from '#local/processes.ts';
import { untilInterrupted } from '#local/until-interrupted.ts';
import { commandOptions } from '#test/support/command.ts';
import { table } from '../table.ts';
import { fill } from './fill.ts';
import { type Figures, measure } from './measure.ts';

const FEW = 1000;
const USAGE = `npm run bench:api [-- OPTIONS]    counts what requests to the API read from Firestore

  --builds N    how many builds the large store has (1000 to 1000000; default 100000)`;

const { builds } = commandOptions((args) => {
  const options = { builds: { type: 'string', default: '100000' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const Options = z.object({
    builds: z.coerce.number().int().min(FEW).max(1_000_000),
    help: z.boolean().default(false),
  });
  return Options.parse(values);
}, USAGE);
const SIZES = [FEW, builds] as const;

// Google's libraries look for a metadata server where no account is given; there is none here.
process.env.METADATA_SERVER_DETECTION ??= 'none';

/**
 * What requests read from Firestore and how long they take, with few builds in the store and with many. Fails where
 * one reads another number of documents. The times are those of the emulator.
 */
async function main(): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-bench-api-'));
  await mkdir(join(dir, 'logs'));
  const processes = new Processes(join(dir, 'logs'));
  const interrupted = untilInterrupted().then(() => processes.stopAll());
  interrupted.catch(() => undefined); // it ends anyway
  try {
    const { firestore } = await startEmulators(processes, await readMachine(), dir, 'demo-bench');
    const now = Date.now();
    const found: Readonly<Record<string, Figures>>[] = [];
    for (const size of SIZES) {
      const projectId = `demo-bench-${size}`;
      const client = emulatorFirestore(projectId, firestore);
      const start = performance.now();
      await fill(client, size, now);
      await client.terminate();
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      console.log(`a store was filled with ${size.toLocaleString('en')} builds in ${seconds} s`);
      found.push(await measure(projectId, firestore, now));
    }
    return report(found);
  } finally {
    await processes.stopAll();
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @returns the exit code. */
function report(found: readonly Readonly<Record<string, Figures>>[]): number {
  const names = Object.keys(found[0] ?? {});
  const rows = names.map((name) => {
    const figures = found.map((each) => each[name]);
    const reads = figures.map((one) => String(one?.reads));
    const times = figures.map((one) => (Number.isNaN(one?.ms) ? '' : (one?.ms ?? 0).toFixed(1)));
    return [name, ...reads, ...times, new Set(reads).size === 1 ? 'ok' : 'DIFFERS'];
  });
  const sizes = SIZES.map((size) => size.toLocaleString('en'));
  const head = [
    'request',
    ...sizes.map((size) => `reads at ${size}`),
    ...sizes.map((size) => `ms at ${size}`),
    '',
  ];
  console.log(`\n${table(head, rows)}`);
  return rows.some((row) => row.at(-1) !== 'ok') ? 1 : 0;
}

process.exit(await main());
