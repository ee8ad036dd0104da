import type { Firestore } from '@google-cloud/firestore';
import { z } from 'zod';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { emulatorFirestore } from '#local/emulator-firestore.ts';
import { anApi } from '#test/support/api.ts';
import { aService } from '#test/unit/use-cases/harness.ts';
import { startFirestoreProxy } from '../counting/firestore-proxy.ts';
import { median } from '../statistics.ts';
import { someBuild, TOKEN } from './fill.ts';

const ROUNDS = 15;
/** The emulator may take seconds where it looks through all documents: then fewer rounds have to do. */
const ENOUGH_MS = 3000;

/** What one request came to: documents that it read, and how long it took (ms, the middle of some). */
export interface Figures {
  readonly reads: number;
  readonly ms: number;
}

/** What is asked, by name; each is one request, authentication included. */
function requests(now: number): Readonly<Record<string, string>> {
  const since = `since=${new Date(now - 86_400_000).toISOString()}`;
  const filters = {
    repository: 'repository_id=r-3',
    status: 'status=failed',
    'two statuses': 'status=failed&status=succeeded',
    branch: 'branch=b1',
    builder: 'builder_type=dockerfile',
    since,
    'all of them': `repository_id=r-1&status=succeeded&branch=b1&builder_type=nixpacks&since=${new Date(0).toISOString()}`,
  };
  const lists = Object.entries(filters).map(([name, query]) => [`list by ${name}`, `/v1/builds?${query}`]);
  return {
    list: '/v1/builds',
    ...Object.fromEntries(lists),
    get: `/v1/builds/${someBuild()}`,
    'queue stats': '/v1/builds/queue/stats',
  };
}

/** Asks each thing of a store that was filled: once through a proxy that counts, then some times without it. */
export async function measure(
  projectId: string,
  address: string,
  now: number,
): Promise<Readonly<Record<string, Figures>>> {
  const proxy = await startFirestoreProxy(address);
  const [counted, direct] = [
    emulatorFirestore(projectId, proxy.address),
    emulatorFirestore(projectId, address),
  ];
  try {
    const found: Record<string, Figures> = {};
    await ask(direct, now, '/v1/builds?limit=1'); // opens the connection
    for (const [name, path] of Object.entries(requests(now))) {
      const before = proxy.tally.now.reads;
      await ask(counted, now, path);
      const reads = proxy.tally.now.reads - before;
      const times: number[] = [];
      const begin = performance.now();
      while (times.length < ROUNDS && performance.now() - begin < ENOUGH_MS) {
        const start = performance.now();
        await ask(direct, now, path);
        times.push(performance.now() - start);
      }
      found[name] = { reads, ms: median(times) };
      console.log(`  ${name}: ${reads} documents`); // with many builds, the emulator takes its time
    }
    const next = await secondPage(counted, now);
    const before = proxy.tally.now.reads;
    await ask(counted, now, next);
    found['list, second page'] = { reads: proxy.tally.now.reads - before, ms: Number.NaN };
    return found;
  } finally {
    await counted.terminate();
    await direct.terminate();
    await proxy.close();
  }
}

async function secondPage(firestore: Firestore, now: number): Promise<string> {
  const first = z.object({ next_cursor: z.string() }).parse(await ask(firestore, now, '/v1/builds'));
  return `/v1/builds?cursor=${first.next_cursor}`;
}

async function ask(firestore: Firestore, now: number, path: string): Promise<unknown> {
  const api = anApi({ store: firestoreStore(firestore), now: () => now }, aService({ capacity: 4 }));
  const answer = await api.request(path, { headers: { authorization: `Bearer ${TOKEN}` } });
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
