import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Platform } from '#core/repository.ts';
import { readMachine } from '#local/machine.ts';
import { explain } from '#local/until-interrupted.ts';
import { commandOptions, interruption } from '#test/support/command.ts';
import type { HostPush } from '#test/support/host-deliveries.ts';
import { type HostileDelivery, hostileDeliveries, hostileForms } from '#test/support/hostile-deliveries.ts';
import { machineFacts } from '../machine-facts.ts';
import { peakMemory } from '../memory.ts';
import { median, percentile } from '../statistics.ts';
import { table } from '../table.ts';
import { CONNECTED, type Door, startDoor } from './door.ts';
import { AMOUNT, CONNECTIONS, casesOf, measureLoads } from './loads.ts';

const USAGE = `npm run bench:webhooks [-- OPTIONS]    how fast the door answers each host, and what is hostile

  --rounds N           how often each case is loaded (default 3)`;

const { rounds } = commandOptions((args) => {
  const options = { rounds: { type: 'string', default: '3' }, help: { type: 'boolean' } } as const;
  const Options = z.object({
    rounds: z.coerce.number().int().min(1).max(100),
    help: z.boolean().default(false),
  });
  return Options.parse(parseArgs({ args: [...args], options }).values);
}, USAGE);

// Google's libraries look for a metadata server where no account is given; there is none here.
process.env.METADATA_SERVER_DETECTION ??= 'none';

async function main(interrupted: Promise<never>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-bench-webhooks-'));
  await mkdir(join(dir, 'logs'));
  const machine = await readMachine();
  const { cpu, cores, load_before, node, commit } = await machineFacts(machine.git);
  console.log(
    `${cpu}, ${cores} cores, load ${load_before.toFixed(1)} before. Node ${node}. Commit ${commit}.`,
  );
  const door = await startDoor(machine, dir);
  const measuring = async () => {
    const runs = await measureLoads(casesOf(door), rounds, (line) => console.log(line));
    console.log(`\n${loadTable(runs)}`);
    console.log(`\n${await hostileTable(door)}`);
  };
  try {
    await Promise.race([measuring(), interrupted]);
  } finally {
    await door.stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

function loadTable(runs: Awaited<ReturnType<typeof measureLoads>>): string {
  const rows = [...runs].map(([name, loads]) => {
    const all = loads.flatMap(({ latencies }) => latencies);
    const p99s = loads.map(({ latencies }) => percentile(latencies, 0.99).toFixed(0)).join(', ');
    const perSecond = median(loads.map((each) => each.perSecond));
    return [
      name,
      ...[percentile(all, 0.5), percentile(all, 0.99)].map((ms) => ms.toFixed(0)),
      p99s,
      perSecond.toFixed(0),
    ];
  });
  const head = [
    `${AMOUNT} requests, ${CONNECTIONS} at a time`,
    'p50 (ms)',
    'p99 (ms)',
    'p99 of each run',
    'a second',
  ];
  return table(head, rows);
}

/** Each once, alone; the memory is the peak of the whole run. */
async function hostileTable({ url, pid, secrets }: Door): Promise<string> {
  const push = { fullName: CONNECTED, ref: 'refs/heads/main', after: 'e'.repeat(40) };
  const times = new Map<string, Map<Platform, string>>();
  for (const platform of Platform.options)
    for (const hostile of hostileOf(platform, secrets[platform], push)) {
      const row = times.get(hostile.name) ?? new Map<Platform, string>();
      times.set(hostile.name, row.set(platform, await took(url, hostile)));
    }
  const { webhooks = 0 } = await peakMemory({ webhooks: pid });
  const rows = [...times].map(([name, row]) => [
    name,
    ...Platform.options.map((platform) => row.get(platform) ?? ''),
  ]);
  const peak = `The most memory that the function had in all of this: ${(webhooks / 1e6).toFixed(0)} MB.`;
  return `${table(['answered after (ms)', ...Platform.options], rows)}\n\n${peak}`;
}

/** One after the other: each is made when the one before it is done with. */
function* hostileOf(platform: Platform, secret: string, push: HostPush): Generator<HostileDelivery> {
  yield* hostileDeliveries(platform, secret, push);
  if (platform === 'github') yield* hostileForms(secret, push);
}

/** The time, and the status where it is another than it should be. */
async function took(url: string, { status, delivery }: HostileDelivery): Promise<string> {
  const { platform, headers, body } = delivery;
  const start = performance.now();
  const response = await fetch(`${url}/v1/webhooks/${platform}/events`, {
    method: 'POST',
    headers: { ...headers },
    body,
  });
  await response.arrayBuffer();
  const ms = (performance.now() - start).toFixed(0);
  return response.status === status ? ms : `${ms}, with ${response.status}`;
}

await main(interruption()).catch(explain);
process.exit(0);
